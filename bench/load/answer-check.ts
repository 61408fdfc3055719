import type { ResponseSoFar } from './response-reader.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What every answer of one server to one request must be. */
export interface ExpectedAnswer {
  readonly bytes: Buffer;
  /** The parts of `bytes` that never change; ids and times of servers that make them up lie between. */
  readonly fixed: readonly Span[];
  /** Server-sent events in it; 0 for JSON. */
  readonly events: number;
}

const eventEnd = '\n\n';
/** Of Chat Completions and of Messages. */
const terminals = ['data: [DONE]\n\n', 'data: {"type":"message_stop"}\n\n'].map((text) => Buffer.from(text));

/** How many whole events the bytes hold. */
export const countEvents = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(eventEnd); at >= 0; at = bytes.indexOf(eventEnd, at + eventEnd.length)) count += 1;
  return count;
};

const isStream = (bytes: Buffer): boolean =>
  ['data: ', 'event: '].some((start) => bytes.subarray(0, start.length).equals(Buffer.from(start)));

const hasEnded = (bytes: Buffer): boolean => terminals.some((terminal) => bytes.subarray(-terminal.length).equals(terminal));

const eventsIn = (bytes: Buffer): number => {
  if (!isStream(bytes)) return 0;
  if (!hasEnded(bytes)) throw new Error('a stream without its terminal event cannot be what is expected');
  return countEvents(bytes);
};

/** The answer must have exactly these bytes. */
export const exactly = (bytes: Buffer): ExpectedAnswer => ({ bytes, fixed: [{ from: 0, to: bytes.length }], events: eventsIn(bytes) });

/** Values of `id` and `created`, which a generating server makes up for every answer. */
const idsAndTimes = /(?<="id":"chatcmpl-)[\w-]+|(?<="created":)\d+/g;

/** The answer must have these bytes but for made-up ids and times (or what `madeUp` finds), and those must have the same length. */
export const exactlyButIds = (bytes: Buffer, madeUp: RegExp = idsAndTimes): ExpectedAnswer => {
  const fixed: Span[] = [];
  let from = 0;
  for (const { index, 0: value } of bytes.toString('latin1').matchAll(madeUp)) {
    fixed.push({ from, to: index });
    from = index + value.length;
  }
  fixed.push({ from, to: bytes.length });
  return { bytes, fixed, events: eventsIn(bytes) };
};

const firstDifference = (body: Buffer, { bytes, fixed }: ExpectedAnswer): Span | undefined =>
  fixed.find(({ from, to }) => body.compare(bytes, from, to, from, to) !== 0);

/** What is wrong with an answer, or `undefined`. */
export const problemWith = ({ status, body, complete }: ResponseSoFar, expected: ExpectedAnswer): string | undefined => {
  if (status !== 200) return `status ${status}: ${body.toString('utf8', 0, 300)}`;
  if (!complete) return 'it ended before its framing did';
  if (body.length !== expected.bytes.length) {
    return `${body.length} bytes and ${countEvents(body)} events instead of ${expected.bytes.length} and ${expected.events}`;
  }
  const difference = firstDifference(body, expected);
  return difference === undefined ? undefined : `wrong bytes between ${difference.from} and ${difference.to}`;
};
