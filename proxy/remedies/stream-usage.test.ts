import { answer, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import requestStreamUsage from './request-stream-usage.ts';

/** Row 11's remedies: the count of a stream is asked for behind the client's back, and what is not told is estimated. */

let upstream: MockUpstream;
let app: FastifyInstance;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());
afterEach(() => app.close());

const start = async (off: readonly string[] = []): Promise<void> => {
  app = await buildProxy({
    config: {
      'openai-compatibility': [
        { name: 'chat', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] },
      ],
      remedies: { off },
    },
  });
};

let tokens = 0;
/** Sends the text with TOKEN replaced by one of its own, and gives back what each side saw. */
const post = async (script: Script, text: string) => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  const { body } = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    payload: text.replace('TOKEN', token),
  });
  return { body, sent: upstream.calls(token).map(({ bodyBytes }) => bodyBytes.toString().replace(token, 'TOKEN')) };
};

const ask = '{"model": "m", "n": 1.0, "messages": [{"role":"user","content":"TOKEN"}], "stream":true';

/** The stream without what only those are told who ask. */
const untold = (text: string): string =>
  text
    .split(/(?<=\n\n)/)
    .filter((event) => !event.includes('"choices":[]'))
    .map((event) => event.replace(',"usage":null}', '}'))
    .join('');

describe('request-stream-usage', () => {
  it('asks for what the client did not ask for, and shows the client nothing of it', async () => {
    await start(['request-stream-usage']);
    const plain = await post(answer('text'), `${ask}}`);
    await app.close();
    await start();
    const asked = await post(answer('text'), `${ask}, "stream_options":{"x": 1}}`);
    expect(plain.sent).toEqual([`${ask}}`]);
    expect(asked).toEqual({
      body: untold(plain.body),
      sent: [
        '{"model": "m","n": 1.0,"messages": [{"role":"user","content":"TOKEN"}],"stream":true,"stream_options":{"x":1,"include_usage":true}}',
      ],
    });
    expect(asked.body).not.toContain('usage');
  });

  it('leaves a client that asks, and one that does not stream, alone', async () => {
    await start();
    const asking = `${ask}, "stream_options": {"include_usage":true}}`;
    const streamed = await post(answer('text'), asking);
    expect([streamed.sent, streamed.body.split('"choices":[],"usage":{').length]).toEqual([[asking], 2]);
    const whole = ask.replace('true', 'false');
    expect((await post(answer('text'), `${whole}}`)).sent).toEqual([`${whole}}`]);
  });

  it('takes out nothing that comes unasked, and no other member', () => {
    const { shows } = requestStreamUsage.onOwnStream?.({ dialect: 'openai-chat', body: {} }) ?? {};
    const events = [
      '[DONE]',
      '{"choices":[],"prompt_filter_results":[]}',
      '{ "id":"1.0", "choices":[{"delta":{"content":"\\"usage\\""}}], "usage" : null , "n": 1.0}',
      '{"choices":[{"delta":{}}],"usage":{"total_tokens":3}}',
      '{"choices":[],"usage":{"total_tokens":3}}',
      '"usage" is no JSON',
    ];
    expect(events.map((event) => shows?.(event))).toEqual([
      '[DONE]',
      '{"choices":[],"prompt_filter_results":[]}',
      '{"id":"1.0","choices":[{"delta":{"content":"\\"usage\\""}}],"n": 1.0}',
      '{"choices":[{"delta":{}}],"usage":{"total_tokens":3}}',
      undefined,
      '"usage" is no JSON',
    ]);
    expect(requestStreamUsage.onOwnStream?.({ dialect: 'openai-responses', body: {} })).toBeUndefined();
  });
});

describe('count-usage-when-omitted', () => {
  it.each([
    [[], [1, 8, 1]],
    [['count-usage-when-omitted'], [1, 0, 0]],
  ] as const)('counts requests, tokens and estimates: %j off', async (off, expected) => {
    await start(off);
    await post(replay('openai-chat/no-usage'), '{"model":"m","messages":[{"role":"user","content":"Say ok. TOKEN"}]}');
    const shown = (await app.inject({ url: '/v1/metrics/providers' })).json<Record<string, Record<string, number>>>()['chat'];
    const { request_count: requests, total_tokens: counted = -1, estimated_requests: estimated } = shown ?? {};
    expect([requests, expected[1] === 0 ? counted : Math.min(counted, expected[1]), estimated]).toEqual(expected);
  });
});
