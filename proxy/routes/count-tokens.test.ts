import Anthropic from '@anthropic-ai/sdk';
import { answer, exchange, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

let upstream: MockUpstream;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  upstream = await startMockUpstream();
  app = await buildProxy({
    config: {
      'openai-compatibility': [
        { name: 'c', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'chat' }] },
      ],
      'claude-api-key': [{ 'api-key': 'k', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'claude' }] }],
      'gemini-api-key': [{ 'api-key': 'k', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'gemini' }] }],
    },
    authFiles: [
      { type: 'antigravity', base_url: upstream.baseUrl('antigravity'), access_token: 'ag-token', project_id: 'p', models: ['claude-x'] },
    ],
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

let tokens = 0;
const newToken = (script: Script): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  return token;
};

const post = async (path: string, body: object) => {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, estimated: response.headers.get('wireproof-estimated'), text: await response.text() };
};
const askAnthropic = (model: string, content: string) =>
  post('/v1/messages/count_tokens', { model, messages: [{ role: 'user', content }] });
const contents = (text: string) => [{ role: 'user', parts: [{ text }] }];
const askGoogle = (model: string, text: string) => post(`/v1beta/models/${model}:countTokens`, { contents: contents(text) });

const recorded = (id: string): string =>
  exchange(id)
    .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : ''))
    .join('');
const calls = (token: string) => upstream.calls(token).map(({ path, body }) => [path, body]);

describe('token counts that the upstream makes', () => {
  it('come as they are from an upstream of the same dialect', async () => {
    const [toClaude, toGemini] = [newToken(answer('count-tokens')), newToken(answer('count-tokens'))];
    expect(await askAnthropic('claude', toClaude)).toEqual({
      status: 200,
      estimated: null,
      text: recorded('anthropic-messages/count-tokens'),
    });
    expect(await askGoogle('gemini', toGemini)).toEqual({ status: 200, estimated: null, text: recorded('gemini-generate/count-tokens') });
    expect(calls(toClaude)).toEqual([['/v1/messages/count_tokens', { model: 'claude', messages: [{ role: 'user', content: toClaude }] }]]);
    expect(calls(toGemini)).toEqual([['/v1beta/models/gemini:countTokens', { contents: contents(toGemini) }]]);
  });

  it('are asked of Antigravity without project and model', async () => {
    const token = newToken(answer('count-tokens'));
    expect(await askGoogle('claude-x', token)).toEqual({ status: 200, estimated: null, text: '{"totalTokens":7}' });
    expect(calls(token)).toEqual([['/v1internal:countTokens', { request: { contents: contents(token) } }]]);
  });

  it('are translated between the dialects that have them', async () => {
    const [toClaude, toGemini] = [newToken(answer('count-tokens')), newToken(answer('count-tokens'))];
    expect(await askAnthropic('gemini', toGemini)).toEqual({ status: 200, estimated: null, text: '{"input_tokens":7}' });
    expect(await askGoogle('claude', toClaude)).toEqual({ status: 200, estimated: null, text: '{"totalTokens":13}' });
    const inside = { model: 'models/gemini', contents: contents(toGemini) };
    expect(calls(toGemini)).toEqual([['/v1beta/models/gemini:countTokens', { generateContentRequest: inside }]]);
    const [[, body] = []] = calls(toClaude);
    expect(Object.keys(body as object).sort()).toEqual(['messages', 'model']);
  });

  it("keep the upstream's refusal", async () => {
    const token = newToken(replay('anthropic-messages/rate-limited'));
    expect(await askAnthropic('claude', token)).toMatchObject({ status: 429, text: recorded('anthropic-messages/rate-limited') });
  });

  it('are an error when there is no number in them', async () => {
    const { status, text } = await askAnthropic('claude', newToken(replay('anthropic-messages/text')));
    const message = 'The upstream answered a token count without a number of tokens.';
    expect([status, JSON.parse(text)]).toEqual([502, { type: 'error', error: { type: 'api_error', message } }]);
  });
});

describe('token counts of models whose upstream has none', () => {
  it('are the bytes of the text by four, rounded up, and say that they are estimated', async () => {
    expect(await askAnthropic('chat', 'größer')).toEqual({ status: 200, estimated: 'true', text: '{"input_tokens":2}' });
    expect(await askGoogle('chat', '123456789')).toEqual({ status: 200, estimated: 'true', text: '{"totalTokens":3}' });
  });

  it('stand in for an endpoint that a gateway lacks, and the model stays in service', async () => {
    const nobody = newToken(replay('anthropic-messages/text'));
    const gateway = await buildProxy({
      config: { 'claude-api-key': [{ 'api-key': 'k', 'base-url': `${url}/no/such`, models: [{ name: 'claude' }] }] },
    });
    const payload = { model: 'claude', messages: [{ role: 'user', content: nobody }] };
    const counted = await gateway.inject({ method: 'POST', url: '/v1/messages/count_tokens', payload });
    const listed = await gateway.inject({ method: 'GET', url: '/v1/models/claude' });
    await gateway.close();
    expect([counted.statusCode, counted.headers['wireproof-estimated'], counted.json(), listed.statusCode]).toEqual([
      200,
      'true',
      { input_tokens: 5 },
      200,
    ]);
  });

  it('are still refused for a model that nobody serves', async () => {
    expect((await askAnthropic('nobody', 'x')).status).toBe(404);
  });
});

describe('both generations of Anthropic clients', () => {
  const body = (content: string) => ({ model: 'claude', max_tokens: 9, messages: [{ role: 'user' as const, content }] });
  const sent = (token: string) =>
    upstream
      .calls(token)
      .map(({ headers }) => [headers['anthropic-version'], headers['x-api-key'] ?? null, headers['authorization'] ?? null]);

  const withKey = async (): Promise<{ readonly app: FastifyInstance; readonly url: string }> => {
    const guarded = await buildProxy({
      config: {
        'api-keys': ['client-key'],
        'claude-api-key': [{ 'api-key': 'up-key', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'claude' }] }],
      },
    });
    return { app: guarded, url: await guarded.listen({ host: '127.0.0.1', port: 0 }) };
  };

  it.each([
    [{ 'x-api-key': 'client-key', 'anthropic-version': '2023-06-01' }, ['2023-06-01', 'up-key', null]],
    [{ authorization: 'Bearer client-key', 'anthropic-version': '2026-10-21' }, ['2026-10-21', null, 'Bearer up-key']],
  ])('are let in with %j, and the upstream sees that generation', async (headers, seen) => {
    const guarded = await withKey();
    const token = newToken(answer('text'));
    const response = await fetch(`${guarded.url}/v1/messages`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body(token)),
    });
    const text = await response.text();
    await guarded.app.close();
    expect([response.status, text, sent(token)]).toEqual([200, recorded('anthropic-messages/text'), [seen]]);
  });

  it('include the official client: messages, streams, counts, models, errors', async () => {
    const guarded = await withKey();
    const client = new Anthropic({ apiKey: 'client-key', baseURL: guarded.url, maxRetries: 0 });
    const [whole, streamed, counted] = [newToken(answer('text')), newToken(answer('text')), newToken(answer('count-tokens'))];
    const message = await client.messages.create(body(whole));
    const final = await client.messages.stream(body(streamed)).finalMessage();
    const count = await client.messages.countTokens({ model: 'claude', messages: body(counted).messages });
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    const one = await client.models.retrieve('claude');
    await expect(client.models.retrieve('nobody')).rejects.toMatchObject({ status: 404, type: 'not_found_error' });
    await guarded.app.close();
    const said = [message, final].map(({ content }) => content.map((block) => (block.type === 'text' ? block.text : block.type)));
    expect([said, count.input_tokens, ids, one.id]).toEqual([[['Wireproof says ok.'], ['Wireproof says ok.']], 13, ['claude'], 'claude']);
  });
});
