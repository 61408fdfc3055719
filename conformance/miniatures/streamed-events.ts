import { textOf, withText, type Reply } from './defect.ts';

/** For defects that change single events of a stream, or the one object of a whole answer. */

export const isStream = (reply: Reply): boolean => reply.headers['content-type']?.includes('event-stream') ?? false;

type Edit = (json: Readonly<Record<string, unknown>>) => unknown;

const dataOf = (event: string): string | undefined => /^data: (\{.*\})\s*$/m.exec(event)?.[1];

const editedEvent = (event: string, edit: Edit): string => {
  const data = dataOf(event);
  if (data === undefined) return event;
  const edited = edit(JSON.parse(data) as Record<string, unknown>);
  return edited === undefined ? '' : event.replace(data, () => JSON.stringify(edited));
};

/** The events of a stream, each with the blank line behind it. */
export const eventsOf = (reply: Reply): readonly string[] => textOf(reply).split(/(?<=\r?\n\r?\n)/);

/** Edits the JSON of every event; an event that becomes `undefined` is left out. */
export const withEvents = (reply: Reply, edit: Edit): Reply =>
  withText(
    reply,
    eventsOf(reply)
      .map((event) => editedEvent(event, edit))
      .join(''),
  );
