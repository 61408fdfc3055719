import type { Captured } from '../captured.ts';

type Answer = NonNullable<Captured['answer']>;

/** What a pass-through tells of an answer that came whole, at once, with its length, but for what a test says. */
export const wholeAnswer = (text: string, parts: Partial<Answer> = {}): Answer => ({
  status: 200,
  reason: 'OK',
  version: '1.1',
  informational: [],
  fields: [],
  headAfterMs: 0,
  headAtMs: 0,
  framing: 'length',
  body: { pieces: text === '' ? [] : [{ atMs: 0, bytes: Buffer.from(text) }], tail: Buffer.alloc(0), whole: true, tooLarge: false },
  trailers: [],
  ends: 'complete',
  endedAtMs: 0,
  ...parts,
});
