import { replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openProxy } from '../app.ts';
import type { RunningProxy } from '../app.ts';
import { parseConfig } from '../config/parse.ts';

/** Every request of a client is counted exactly once, whatever became of it (sheet R11, issue 4). On sockets. */

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

let proxy: RunningProxy;
let url: string;

const compatible = (surface: 'openai-chat' | 'openai-responses'): object => ({
  name: surface,
  'base-url': upstream.baseUrl(surface),
  'wire-api': surface === 'openai-chat' ? 'chat' : 'responses',
  'api-key-entries': [{ 'api-key': `${surface}-key` }],
  models: [{ name: surface }, { name: 'refusing' }],
});

beforeEach(async () => {
  const tree = {
    'api-keys': [{ key: 'client-key', name: 'ci' }],
    'openai-compatibility': [compatible('openai-chat'), compatible('openai-responses')],
    'claude-api-key': [{ 'api-key': 'c', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'anthropic-messages' }] }],
    'gemini-api-key': [{ 'api-key': 'g', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'gemini-generate' }] }],
    'disable-cooling': true,
  };
  proxy = await openProxy(parseConfig(tree), {});
  url = await proxy.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => proxy.app.close());

let tokens = 0;
const newToken = (script: Script): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  return token;
};

const ask = async (model: string, stream: boolean, script: Script, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer client-key', 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: `Say that Wireproof is ok. ${newToken(script)}` }] }),
    ...(signal !== undefined && { signal }),
  });

interface Count {
  readonly outcome: string;
  readonly requests: number;
  readonly attempts: number;
  readonly tokens: readonly [number, number];
  readonly estimated: number;
}

const counts = async (): Promise<readonly Count[]> => {
  await proxy.usage.ledger.flush();
  return proxy.usage.ledger.totals.sums().map(({ outcome, requests, attempts, input, output, estimated }) => ({
    outcome,
    requests,
    attempts,
    tokens: [input, output],
    estimated,
  }));
};

describe('a request is counted once', () => {
  it.each([
    ['openai-chat', 14, 6],
    ['openai-responses', 15, 7],
    ['anthropic-messages', 13, 9],
    ['gemini-generate', 7, 30],
  ] as const)('streamed or not, alike, from %s', async (model, input, output) => {
    const whole = await ask(model, false, replay(`${model}/text`));
    await whole.text();
    const [first] = await counts();
    expect(first).toEqual({ outcome: 'success', requests: 1, attempts: 1, tokens: [input, output], estimated: 0 });
    const streamed = await ask(model, true, replay(`${model}/text.stream`));
    await streamed.text();
    expect(await counts()).toEqual([{ outcome: 'success', requests: 2, attempts: 2, tokens: [2 * input, 2 * output], estimated: 0 }]);
  });

  it.each([
    ['openai-chat', false],
    ['openai-chat', true],
    ['openai-responses', false],
    ['openai-responses', true],
    ['gemini-generate', false],
    ['gemini-generate', true],
  ] as const)('and estimated when %s (stream: %s) leaves usage out', async (model, stream) => {
    const said = await ask(model, stream, replay(`${model}/no-usage${stream ? '.stream' : ''}`));
    expect(await said.text()).toContain('Wireproof');
    const [count, ...others] = await counts();
    expect(others).toEqual([]);
    expect(count).toMatchObject({ outcome: 'success', requests: 1, attempts: 1, estimated: 1 });
    const [input = 0, output = 0] = count?.tokens ?? [];
    expect(output).toBe(5);
    expect(input).toBeGreaterThan(10);
  });

  it('without its model’s name when that is longer than any: nothing that grows with it is kept', async () => {
    const said = await ask('m'.repeat(501), false, replay('openai-chat/text'));
    expect([said.status, ((await said.json()) as { error: { code: string } }).error.code]).toEqual([404, 'model_not_found']);
    await proxy.usage.ledger.flush();
    const kept = JSON.stringify([proxy.usage.ledger.totals.sums(), proxy.logging.book.since(0, 100)]);
    expect(/m{201}/.test(kept)).toBe(false);
    expect(await counts()).toEqual([{ outcome: 'failure', requests: 1, attempts: 0, tokens: [0, 0], estimated: 0 }]);
  });

  it('when the upstream refuses it', async () => {
    await (await ask('openai-chat', false, replay('openai-chat/server-error'))).text();
    expect(await counts()).toEqual([{ outcome: 'failure', requests: 1, attempts: 1, tokens: [0, 0], estimated: 0 }]);
  });

  it('when nobody serves the model, or its body is no JSON', async () => {
    await (await ask('nobody', false, replay('openai-chat/text'))).text();
    const headers = { authorization: 'Bearer client-key', 'content-type': 'application/json' };
    await (await fetch(`${url}/v1/messages`, { method: 'POST', headers, body: '{' })).text();
    expect(await counts()).toEqual([{ outcome: 'failure', requests: 2, attempts: 0, tokens: [0, 0], estimated: 0 }]);
  });

  it('and not at all when it shows no key: it is nobody’s', async () => {
    await (await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{}' })).text();
    expect(await counts()).toEqual([]);
  });

  it('when its stream breaks off, with what had come until then', async () => {
    const script = replay({ exchange: 'openai-chat/text.stream', fault: { afterEvents: 3, ending: 'reset' } });
    await (await ask('openai-chat', true, script)).text();
    const [count, ...others] = await counts();
    expect(others).toEqual([]);
    expect(count).toMatchObject({ outcome: 'failure', requests: 1, attempts: 1, estimated: 1 });
    expect(count?.tokens[0]).toBeGreaterThan(0);
  });

  it('when the client leaves in the middle', async () => {
    const leaving = new AbortController();
    const script = replay({ exchange: 'openai-chat/text.stream', fault: { afterEvents: 3, ending: 'stall' } });
    const said = await ask('openai-chat', true, script, leaving.signal);
    const reader = said.body?.getReader();
    await reader?.read();
    leaving.abort();
    await proxy.drain();
    const [count, ...others] = await counts();
    expect(others).toEqual([]);
    expect(count).toMatchObject({ outcome: 'client-left', requests: 1, attempts: 1, estimated: 1 });
  });

  it('and shows in the metrics of the provider that was asked', async () => {
    await (await ask('openai-chat', false, replay('openai-chat/text'))).text();
    await (await ask('openai-responses', false, replay('openai-responses/server-error'))).text();
    await proxy.usage.ledger.flush();
    const headers = { authorization: 'Bearer client-key' };
    const shown = (await (await fetch(`${url}/v1/metrics/providers`, { headers })).json()) as Record<string, Record<string, number>>;
    const of = (provider: string) => {
      const { latency_p50_ms: p50, latency_p95_ms: p95, ...counted } = shown[provider] ?? {};
      return { ...counted, measured: typeof p50 === 'number' && typeof p95 === 'number' };
    };
    expect(of('openai-chat')).toEqual({
      request_count: 1,
      success_count: 1,
      failure_count: 0,
      total_tokens: 20,
      estimated_requests: 0,
      success_rate: 1,
      measured: true,
    });
    expect(of('openai-responses')).toEqual({
      request_count: 1,
      success_count: 0,
      failure_count: 1,
      total_tokens: 0,
      estimated_requests: 0,
      success_rate: 0,
      measured: false,
    });
    const scraped = await (await fetch(`${url}/metrics`, { headers })).text();
    expect(scraped).toContain('wireproof_proxy_tokens_total{provider="openai-chat",model="openai-chat",kind="output",estimated="false"} 6');
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
  });
});
