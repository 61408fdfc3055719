import { describe, expect, it } from 'vitest';

import { cleaner } from './brief.ts';
import type { Facts } from './outcome.ts';
import { readRecorded, recordOf } from './record.ts';
import type { Seen } from './tap/seen.ts';

const token = 'wpt_0123456789abcdef';

const seen = (at: number): Seen => ({
  over: 'http',
  method: 'POST',
  path: '/v1/messages?key=the-key',
  requestHeaders: { host: '127.0.0.1:1', 'content-length': '3', authorization: 'Bearer the-key' },
  requestBody: JSON.stringify({ model: 'm', tools: [{ name: 'bash' }], messages: [`${token} in /home/x`] }),
  status: 200,
  responseHeaders: { date: 'today', 'content-type': 'text/event-stream' },
  responseBody: 'data: the-key\n\n',
  ended: 'complete',
  askedMs: at,
  endedMs: at + 40,
});

const facts: Facts = {
  case: 'plain',
  ended: 'exit 0',
  output: 'alpha-begins the-key omega-ends',
  seen: Array.from({ length: 8 }, (_none, index) => seen(index * 1_040)),
  token,
  receipts: [],
  proofIsThere: false,
  resultCameBack: false,
  namesAsked: [],
  leftBehind: [],
};

const recorded = recordOf(
  facts,
  {
    ran: { on: '2026-11-22', node: 'v20.20.2', system: 'Linux, x64', network: 'namespace' },
    client: { id: 'one', package: '@a/one', version: '1.2.3' },
    model: 'm',
    command: 'one -k the-key',
    ms: 1_249,
  },
  cleaner({ 'the-key': '<key>', '/home/x': '<home>' }),
);

describe('what is recorded of a run', () => {
  it('is short and without secrets', () => {
    const { exchanges, ...rest } = recorded;
    expect(rest).toEqual({
      client: 'one',
      package: '@a/one',
      version: '1.2.3',
      case: 'plain',
      model: 'm',
      command: 'one -k <key>',
      ran: { on: '2026-11-22', node: 'v20.20.2', system: 'Linux, x64', network: 'namespace' },
      outcome: {
        ended: 'exit 0',
        requests: ['POST /v1/messages?key=<key> → 200 ×8'],
        tries: 8,
        prints: 'the whole answer',
        namesAsked: [],
        leftBehind: [],
      },
      seconds: 1.2,
      waits: [1, 1, 1, 1, 1, 1],
      output: 'alpha-begins <key> omega-ends',
      exchangesSeen: 8,
    });
    expect(exchanges).toEqual(
      Array.from({ length: 6 }, () => ({
        over: 'http',
        method: 'POST',
        path: '/v1/messages?key=<key>',
        requestHeaders: { authorization: 'Bearer <key>' },
        requestBody: { model: 'm', tools: ['bash'], messages: [`${token} in <home>`] },
        requestBytes: 0,
        status: 200,
        responseHeaders: { 'content-type': 'text/event-stream' },
        responseBody: 'data: <key>\n\n',
        ended: 'complete',
      })),
    );
  });

  it('is read back as it was written', () => {
    expect(readRecorded(JSON.stringify(recorded))).toEqual(recorded);
  });

  it.each([
    ['a field that nobody knows', { ...recorded, more: 1 }, 'Unrecognized key: "more"'],
    ['a case that nobody knows', { ...recorded, case: 'slow' }, 'at case'],
    ['no outcome', { ...recorded, outcome: undefined }, 'at outcome'],
  ])('is refused with %s', (_what, wrong, message) => {
    expect(() => readRecorded(JSON.stringify(wrong))).toThrow(message);
  });
});
