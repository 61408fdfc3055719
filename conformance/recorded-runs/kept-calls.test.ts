import { expect, it } from 'vitest';

import type { Captured } from '../record/captured.ts';
import { wholeAnswer } from '../record/testing/whole-answer.ts';
import { KeptCalls } from './kept-calls.ts';

const token = 'wpt_0123456789abcdef';

const captured = (text: string, rest: Partial<Captured>): Captured => ({
  at: 0,
  request: { method: 'POST', target: '/openai-chat/v1/chat/completions', fields: [], body: Buffer.from(token + text), whole: true },
  ...rest,
});
const answered = (text: string): Pick<Captured, 'answer'> => ({ answer: wholeAnswer(text) });
const talked = (text: string): Pick<Captured, 'socket'> => ({
  socket: {
    startedAtMs: 0,
    frames: [{ from: 'client', atMs: 0, kind: 'text', data: Buffer.from(text) }],
    ends: 'close',
    tooLarge: false,
  },
});

const large = 'x'.repeat(1_000);
const small = captured('', answered('ok'));

it.each([
  ['a request', captured(large, {})],
  ['an answer', captured('', answered(large))],
  ['frames', captured('', talked(large))],
])('keeps no bytes of what there is no room for, and whose call it was: %s', async (_what, one) => {
  const kept = new KeptCalls(500);
  for (const each of [small, one, small]) kept.keep(each);
  const calls = await kept.calls();
  expect(calls.map((call) => call.token)).toEqual([token, token, token]);
  expect(calls[0]?.captured).toBe(small);
  for (const {
    captured: { request, answer, socket },
  } of calls.slice(1)) {
    expect([request.body, answer?.body.pieces ?? [], socket?.frames ?? []]).toEqual([undefined, [], []]);
    expect(answer?.body.tooLarge ?? socket?.tooLarge ?? true).toBe(true);
  }
});
