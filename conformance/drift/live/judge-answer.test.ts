import { expect, it } from 'vitest';

import { judgeAnswer } from './judge-answer.ts';

const request = { method: 'POST', target: '/v1/responses', fields: [], whole: true };

it.each([
  ['ECONNREFUSED', false],
  ['ENOTFOUND', false],
  ['EAI_AGAIN', false],
  ['EHOSTUNREACH', false],
  ['ENETUNREACH', false],
  ['ECONNRESET', true],
  ['', true],
])('a request that ends in %j may have arrived: %s', (detail, sent) => {
  const captured = { at: 0, request, spoiled: { by: 'no-answer', detail } } as const;
  const because = `no answer: ${detail === '' ? 'no-answer' : detail}`;
  expect(judgeAnswer(captured, { now: 0, withinMs: 1 })).toEqual({ kind: 'silent', because, sent });
});
