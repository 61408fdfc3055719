import { countEvents } from './answer-check.ts';
import type { Received } from './ask-once.ts';

/** Endings that cut an answer short after a number of events. */
export const cuttingEndings = ['eof', 'mid-chunk', 'reset', 'clean-eof'] as const;
export type CuttingEnding = (typeof cuttingEndings)[number];

const endedAs: Readonly<Record<CuttingEnding, (received: Received) => boolean>> = {
  eof: ({ ended, complete, withinChunk }) => ended === 'fin' && !complete && !withinChunk,
  'mid-chunk': ({ ended, withinChunk }) => ended === 'fin' && withinChunk,
  reset: ({ ended, complete }) => ended === 'reset' && !complete,
  'clean-eof': ({ complete }) => complete,
};

/** The client got these events, each byte of them, and not one whole event more. Only a cut chunk may leave a part of the next one. */
export const gotExactly = (received: Received, events: Buffer, ending: CuttingEnding): boolean => {
  const { status, body } = received;
  const begins = status === 200 && body.subarray(0, events.length).equals(events);
  return begins && (ending === 'mid-chunk' ? countEvents(body) === countEvents(events) : body.length === events.length);
};

/** The connection ended in the way that the ending's name promises. */
export const endedLike = (received: Received, ending: CuttingEnding): boolean => endedAs[ending](received);
