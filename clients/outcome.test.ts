import { describe, expect, it } from 'vitest';

import { type Facts, outcomeOf, waitsIn, wasStillRunning } from './outcome.ts';
import type { Seen } from './tap/seen.ts';

const token = 'wpt_0123456789abcdef';
const turn = `{"messages":[{"content":"Say it. (${token})"}],"tools":[{"name":"bash"}]}`;

const seen = (more: Partial<Seen> = {}): Seen => ({
  over: 'http',
  method: 'POST',
  path: '/v1/messages',
  requestHeaders: {},
  requestBody: turn,
  status: 200,
  responseHeaders: {},
  responseBody: '',
  ended: 'complete',
  askedMs: 0,
  endedMs: 100,
  ...more,
});

const facts = (more: Partial<Facts> = {}): Facts => ({
  case: 'plain',
  ended: 'exit 0',
  output: 'alpha-begins. … omega-ends',
  seen: [seen()],
  token,
  receipts: [],
  proofIsThere: false,
  resultCameBack: false,
  namesAsked: [],
  leftBehind: [],
  ...more,
});

const usual = {
  ended: 'exit 0',
  requests: ['POST /v1/messages → 200'],
  tries: 1,
  prints: 'the whole answer',
  namesAsked: [],
  leftBehind: [],
};

const receipt = { exchange: 'x/y', status: 200, eventsWritten: 9, bytesWritten: 1, ended: 'complete', firstByteMs: 0, endedMs: 1 } as const;

describe('an outcome', () => {
  it('of a turn is how it ended, what was asked and what was printed', () => {
    expect(outcomeOf(facts())).toEqual(usual);
  });

  it('counts the turn apart from titles, counts, lists and warm-ups', () => {
    const others = [
      seen({ method: 'GET', path: '/v1/models', requestBody: '' }),
      seen({ requestBody: `{"messages":["a title for (${token})"]}` }),
      seen({ requestBody: '{"tools":[{"name":"bash"}],"messages":["another"]}' }),
      seen({ over: 'websocket', method: 'GET', path: '/v1/responses', status: 101, requestBody: '' }),
      seen({
        over: 'websocket',
        method: 'response.create',
        path: '/v1/responses',
        requestBody: `{"generate":false,"input":"${token}","tools":[{"name":"bash"}]}`,
      }),
    ];
    expect(outcomeOf(facts({ seen: [...others, seen({ path: '/v1/messages/5b2fc07d-765b-4f31-9844-58bfb333bbd5' })] }))).toEqual({
      ...usual,
      requests: [
        'GET /v1/models → 200',
        'GET /v1/responses (WebSocket) → 101',
        'POST /v1/messages → 200 ×2',
        'POST /v1/messages/<id> → 200',
        'message response.create',
      ],
    });
  });

  it('of a client that went on does not count how often', () => {
    const failing = [seen({ status: 500 }), seen({ status: 500 }), seen({ status: 0, path: '/' })];
    expect(outcomeOf(facts({ case: 'server-error', ended: wasStillRunning(60), output: '', seen: failing }))).toEqual({
      ...usual,
      ended: 'still running after 60 s',
      requests: ['POST / → no answer', 'POST /v1/messages → 500 ×several'],
      tries: 'several',
      prints: 'no answer',
    });
  });

  it.each([
    ['plain', 'alpha-begins. A', 'half an answer'],
    ['plain', 'alpha-begins. alpha-begins. omega-ends', 'the whole answer'],
    ['cut', 'alpha-begins. A\nalpha-begins. A omega-ends', 'half an answer, then the whole'],
    ['cut', 'alpha-begins. omega-ends\nalpha-begins. omega-ends', 'the whole answer'],
    ['plain', 'Error: 500', 'no answer'],
    ['tool-call', 'tool-done', 'the whole answer'],
    ['tool-call', 'alpha-begins omega-ends', 'no answer'],
  ] as const)('of %s that printed %j shows %s', (id, output, prints) => {
    expect(outcomeOf(facts({ case: id, output })).prints).toBe(prints);
  });

  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])('of a tool call says whether it ran (%s) and its result came back (%s)', (proofIsThere, resultCameBack) => {
    const run = facts({ case: 'tool-call', output: 'tool-done', proofIsThere, resultCameBack });
    expect(outcomeOf(run)).toEqual({ ...usual, tool: { ran: proofIsThere, resultSent: resultCameBack } });
  });

  it.each([
    ['that was not held', [receipt], true],
    ['beside which another one was held', [receipt, { ...receipt, held: 'alpha-begins' }], true],
    ['that was held', [{ ...receipt, held: 'alpha-begins' }], false],
    ['that came in one piece', [{ ...receipt, eventsWritten: 1 }], false],
    ['that never came', [], false],
  ])('of a stream %s', (_which, receipts, streams) => {
    expect(outcomeOf(facts({ case: 'streamed', receipts }))).toEqual({ ...usual, streams });
  });

  it.each([
    ['waited', [seen({ status: 429 }), seen({ askedMs: 11_050 })]],
    ['came back early', [seen({ status: 429 }), seen({ status: 429, askedMs: 600, endedMs: 650 }), seen({ askedMs: 13_000 })]],
    ['did not come back', [seen({ status: 429 })]],
  ])('of a refusal with Retry-After: %s', (retryAfter, all) => {
    expect(outcomeOf(facts({ case: 'rate-limited', seen: all })).retryAfter).toBe(retryAfter);
  });

  it('of a client that came back early does not count how often', () => {
    const all = [seen({ status: 429 }), seen({ status: 429, askedMs: 2_000 }), seen({ askedMs: 13_000 })];
    expect(outcomeOf(facts({ case: 'rate-limited', seen: all }))).toEqual({
      ...usual,
      requests: ['POST /v1/messages → 200', 'POST /v1/messages → 429 ×several'],
      tries: 'several',
      retryAfter: 'came back early',
    });
  });

  it('names each name and each program once', () => {
    const run = facts({ namesAsked: ['b.test', 'a.test', 'b.test'], leftBehind: ['node', 'node'] });
    expect(outcomeOf(run)).toEqual({ ...usual, namesAsked: ['a.test', 'b.test'], leftBehind: ['node'] });
  });
});

it('waits are from the end of one try to the beginning of the next', () => {
  const all = [seen(), seen({ requestBody: '{}', askedMs: 200 }), seen({ askedMs: 600, endedMs: 700 }), seen({ askedMs: 1_700 })];
  expect(waitsIn(facts({ seen: all }))).toEqual([500, 1_000]);
});
