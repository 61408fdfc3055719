import type { Proof } from './model/choose-tool.ts';
import { answers, callsATool, fails, isBusyFor, isCutOnce, type UpstreamPlay, waitsForTheReader } from './model/plays.ts';

export const caseIds = ['plain', 'tool-call', 'streamed', 'wrong-key', 'rate-limited', 'server-error', 'cut'] as const;
export type CaseId = (typeof caseIds)[number];

export interface Case {
  readonly title: string;
  /** What happens, for the page. */
  readonly about: string;
  readonly prompt: string;
  readonly keyIsWrong?: boolean;
  readonly streams?: boolean;
  /** Bound for the client; a client that is still at it then goes on trying. */
  readonly withinMs: number;
  readonly play: (proof: Proof) => UpstreamPlay;
}

/** Longer than most pauses between tries, and none of the usual lengths, so that a client that waits as long was told to. */
export const retryAfterSeconds = 11;

const say = 'Say the two words that you know.';
const turnMs = 90_000;
const faultMs = 60_000;

/** How long the upstream waits for the client to print what it has: generous, because a busy machine must not make a client look slow. */
export const readerHasWithinMs = 8_000;

/** What each client goes through, in the order of the page. */
export const cases: Readonly<Record<CaseId, Case>> = {
  plain: { title: 'plain turn', about: 'One question, one answer.', prompt: say, withinMs: turnMs, play: answers },
  'tool-call': {
    title: 'tool call',
    about: "The model calls the client's own tool, which writes a file and prints it; its result goes back to the model.",
    prompt: 'Write the file that you know, and show it.',
    withinMs: turnMs,
    play: callsATool,
  },
  streamed: {
    title: 'streamed turn',
    about: `Behind the first word the upstream waits until the client has printed it, ${readerHasWithinMs / 1_000} seconds at most.`,
    prompt: say,
    streams: true,
    withinMs: turnMs,
    play: waitsForTheReader,
  },
  'wrong-key': {
    title: '401',
    about: 'The client shows a key that the proxy does not know.',
    prompt: say,
    keyIsWrong: true,
    withinMs: faultMs,
    play: answers,
  },
  'rate-limited': {
    title: '429',
    about: `The upstream refuses with 429 and \`Retry-After\` until ${retryAfterSeconds} seconds have passed, then answers.`,
    prompt: say,
    withinMs: faultMs,
    play: () => isBusyFor(retryAfterSeconds),
  },
  'server-error': { title: '500', about: 'The upstream answers 500, each time.', prompt: say, withinMs: faultMs, play: fails },
  cut: {
    title: 'mid-stream cut',
    about: 'The upstream resets the connection in the middle of its first answer; it would answer a second time.',
    prompt: say,
    withinMs: faultMs,
    play: isCutOnce,
  },
};
