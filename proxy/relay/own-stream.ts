import type { WireEvent } from '../dialects/dialect.ts';
import type { OwnStreamChange } from '../remedies/remedy.ts';
import type { RelayContext } from './context.ts';
import { withOwnStream } from './hooks.ts';
import type { Question } from './question.ts';

/** What the remedies want different about a stream that is not translated. */
const changesOf = (
  { remedies }: Pick<RelayContext, 'remedies'>,
  { operation, stream, dialect, tree }: Question,
): readonly OwnStreamChange[] =>
  operation === 'generate' && stream
    ? withOwnStream(remedies).flatMap(({ onOwnStream }) => onOwnStream({ dialect: dialect.id, body: tree }) ?? [])
    : [];

/** Top-level members to set in the request; `undefined` when it may go as it came. */
export const ownStreamEdits = (
  context: Pick<RelayContext, 'remedies'>,
  question: Question,
): Readonly<Record<string, unknown>> | undefined => {
  const changes = changesOf(context, question);
  return changes.length === 0 ? undefined : Object.assign({}, ...changes.map(({ asks }) => asks));
};

/** The events that the client gets of those that came. */
export type ShownEvents = (events: readonly WireEvent[]) => readonly WireEvent[];

const shownBy = (changes: readonly OwnStreamChange[], data: string): string | undefined =>
  changes.reduce<string | undefined>((shown, { shows }) => (shown === undefined ? undefined : shows(shown)), data);

/** `undefined` when the client gets all. The very list that came is given back when nothing in it changes: its bytes may then pass. */
export const ownStreamShows = (context: Pick<RelayContext, 'remedies'>, question: Question): ShownEvents | undefined => {
  const changes = changesOf(context, question);
  if (changes.length === 0) return undefined;
  return (events) => {
    const shown = events.map(({ data }) => shownBy(changes, data));
    if (shown.every((data, index) => data === events[index]?.data)) return events;
    return events.flatMap((event, index) => {
      const data = shown[index];
      return data === undefined ? [] : [{ ...event, data }];
    });
  };
};
