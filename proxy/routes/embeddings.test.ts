import { answer, exchange, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

let upstream: MockUpstream;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  upstream = await startMockUpstream();
  app = await buildProxy({
    config: {
      'disable-cooling': true,
      'openai-compatibility': [
        {
          name: 'c',
          'base-url': upstream.baseUrl('openai-chat'),
          'api-key-entries': [{ 'api-key': 'k' }],
          models: [{ name: 'text-embedding-3-small' }, { name: 'text-embedding-3-small', alias: 'small' }],
        },
      ],
      'gemini-api-key': [{ 'api-key': 'k', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'gemini' }] }],
    },
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

const ask = async (body: string) => {
  const response = await fetch(`${url}/v1/embeddings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { status: response.status, text: await response.text() };
};

const recorded = (id: string): string =>
  exchange(id)
    .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : ''))
    .join('');

describe('POST /v1/embeddings', () => {
  it('passes bytes untouched both ways, but for the name behind an alias', async () => {
    const token = newToken(answer('embeddings'));
    const body = (model: string): string => `{ "model": "${model}", "input": "${token}",  "dimensions": 4.0, "stream": true }`;
    expect(await ask(body('small'))).toEqual({ status: 200, text: recorded('openai-chat/embeddings') });
    expect(upstream.calls(token).map(({ operation, path, bodyBytes }) => [operation, path, bodyBytes.toString()])).toEqual([
      ['embeddings', '/v1/embeddings', body('text-embedding-3-small')],
    ]);
  });

  it("passes an upstream's refusal on", async () => {
    const token = newToken(replay('openai-chat/rate-limited'));
    expect(await ask(JSON.stringify({ model: 'small', input: token }))).toEqual({
      status: 429,
      text: recorded('openai-chat/rate-limited'),
    });
  });

  it('is 501 for a model whose provider has none, without asking it', async () => {
    const token = newToken(answer('text'));
    const { status, text } = await ask(JSON.stringify({ model: 'gemini', input: token }));
    const message = 'Embeddings are not supported for the model "gemini".';
    const error = { message, type: 'server_error', param: 'model', code: 'embeddings_not_supported' };
    expect([status, JSON.parse(text), upstream.calls(token)]).toEqual([501, { error }, []]);
  });

  it('is 404 for a model that nobody serves', async () => {
    const { status, text } = await ask('{"model":"nobody","input":"x"}');
    expect([status, (JSON.parse(text) as { error: { code: unknown } }).error.code]).toEqual([404, 'model_not_found']);
  });

  it('serves the official client', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 });
    const input = newToken(answer('embeddings'));
    const { data, usage } = await client.embeddings.create({ model: 'small', input, encoding_format: 'float', dimensions: 4 });
    expect([data[0]?.embedding, usage]).toEqual([[0.5, -0.5, 0.25, -0.6614], { prompt_tokens: 6, total_tokens: 6 }]);
  });
});
