import { deviates, holds, type CallerSight, type Reading } from '#scenarios/kit/index';

type Tree = Readonly<Record<string, unknown>>;
const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {});
const typeOf = (json: unknown): string => String(treeOf(json)['type']);

/** Types of the events, each run of equal ones once: upstreams and clocks decide in how many pieces a text comes. */
const typesIn = ({ events }: CallerSight): readonly string[] =>
  events.map(({ json }) => typeOf(json)).filter((type, index, all) => type !== all[index - 1]);

/** Holds when an answer on a socket consists of the events that it would have over HTTP. */
export const hasTheEventsOf = (socket: CallerSight, http: CallerSight): Reading => {
  const [ours, theirs] = [typesIn(socket), typesIn(http)];
  return ours.length > 0 && ours.join() === theirs.join() ? holds() : deviates({ expected: theirs, actual: ours });
};

/** Holds when every frame is one JSON event, without the framing of an event stream. */
export const areBareEvents = ({ events, end, status }: CallerSight): Reading => {
  const wrong = events.find(({ json }) => typeof treeOf(json)['type'] !== 'string');
  if (status !== 101 || typeOf(events[0]?.json) !== 'response.created')
    return deviates({ expected: 'frames of an answer', actual: { status, end, first: events[0]?.data.slice(0, 300) } });
  return wrong === undefined ? holds() : deviates({ expected: 'a JSON event with a type', actual: wrong.data.slice(0, 300) });
};

/** Holds when the last frame is the event that Codex waits for: it stores the id, and counts the usage (sheet row 18 a). */
export const endsAsCodexWaitsFor = ({ events, end }: CallerSight): Reading => {
  const last = treeOf(events.at(-1)?.json);
  const { id, usage } = treeOf(last['response']);
  const told = { type: last['type'] ?? end, id: typeof id, usage: typeof treeOf(usage)['output_tokens'] };
  return told.type === 'response.completed' && told.id === 'string' && told.usage === 'number'
    ? holds()
    : deviates({ expected: 'response.completed with the id of the response and its usage', actual: told });
};

/** What a conversation looks like where it matters, whichever upstream: the list of its messages. */
export const messagesSent = (body: unknown): readonly unknown[] => {
  const { messages, contents, request } = treeOf(body);
  const list = messages ?? contents ?? treeOf(request)['contents'];
  return Array.isArray(list) ? list : [];
};
