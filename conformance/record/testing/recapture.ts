import type { RecordedAnswer, Recording } from '#fixtures/recordings/recording';
import { sendRaw } from '#fixtures/recordings/testing/raw-client';
import { recorded } from '#fixtures/recordings/testing/recorded';

import type { Captured } from '../captured.ts';
import { makeRecording } from '../make-recording.ts';
import { Placeholders } from '../placeholders.ts';
import type { ArbitraryAnswer } from './arbitrary-answer.ts';
import { replayThrough } from './replay-through.ts';

/** An answer, and what was recorded of its replay; without times, which no two runs share. */
export interface Recaptured {
  readonly recorded: unknown;
  readonly captured: unknown;
}

const timeless = (answer: RecordedAnswer | undefined): unknown =>
  answer && { ...answer, headAfterMs: 0, endAfterMs: 0, pieces: answer.pieces.map((piece) => ({ ...piece, afterMs: 0 })) };

const recordingOf = ({ method, answer }: ArbitraryAnswer, index: number): Recording =>
  recorded(`run/n${index}`, '', { request: { method, target: `/run/${index}`, fields: [] }, answer });

const making = { upstream: 'http://127.0.0.1', tool: 'test', allowed: new Set<string>(), dropContent: false, asAnswered: true } as const;

/** One or several at a time: what was captured, or why nothing was. */
const answerIn = (captured: Captured): RecordedAnswer | undefined =>
  makeRecording(captured, { ...making, placeholders: new Placeholders() }).answer;

/**
 * Replays answers as recorded, with their delays, to a pass-through that records them again, so many at a time. Bytes, chunks, fields and
 * endings must come out as they went in.
 */
export const recapture = async (answers: readonly ArbitraryAnswer[], atATime: number): Promise<readonly Recaptured[]> => {
  const told = new Map<string, (captured: Captured) => void>();
  const replayed = await replayThrough(answers.map(recordingOf), (captured) => told.get(captured.request.target)?.(captured));
  const results: Recaptured[] = [];
  const one = async (index: number, { method, answer }: ArbitraryAnswer): Promise<void> => {
    const target = `/run/${index}`;
    const captured = new Promise<Captured>((resolve) => void told.set(target, resolve));
    await sendRaw(replayed.url, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    results[index] = { recorded: timeless(answer), captured: timeless(answerIn(await captured)) };
  };
  const waiting = answers.entries();
  const work = async (): Promise<void> => {
    for (const [index, answer] of waiting) await one(index, answer);
  };
  try {
    await Promise.all(Array.from({ length: atATime }, work));
  } finally {
    await replayed.close();
  }
  return results;
};
