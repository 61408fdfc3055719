import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { buildProxy, openProxy } from './app.ts';
import { parseConfig } from './config/parse.ts';
import type { ProxyLogLine } from './options.ts';
import { version } from './version.ts';

const upstreamNobodyListensOn = 'http://127.0.0.1:9';
const compatible = {
  name: 'x',
  'base-url': upstreamNobodyListensOn,
  'api-key-entries': [{ 'api-key': 'upstream-secret' }],
  models: [{ name: 'gpt-4.1-mini' }, { name: 'up', alias: 'team/deep/model' }],
};

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const start = async (more: object = {}, logs: ProxyLogLine[] = []): Promise<FastifyInstance> => {
  const app = await buildProxy({
    config: { 'api-keys': ['right'], 'openai-compatibility': [compatible], ...more },
    clock: { now: () => 1_770_000_000_000 },
    nextRequestId: () => 'request-1',
    onLog: (line) => logs.push(line),
  });
  apps.push(app);
  return app;
};

type Given = { readonly headers?: Record<string, string>; readonly body?: string | object };

const ask = async (app: FastifyInstance, method: 'GET' | 'POST', url: string, { headers = {}, body }: Given = {}) => {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await app.inject({ method, url, headers: { ...json, ...headers }, ...(body !== undefined && { payload: body }) });
  return { status: answer.statusCode, json: answer.body === '' ? undefined : (answer.json() as unknown), headers: answer.headers };
};

const key = { authorization: 'Bearer right' };
const openAi = (message: string, type: string, code: string | null, param: string | null = null) => ({
  error: { message, type, param, code },
});
const anthropic = (message: string, type: string) => ({ type: 'error', error: { type, message } });
const google = (code: number, message: string, status: string) => ({ error: { code, message, status } });

const generateRoutes = [
  ['/v1/chat/completions', openAi('Missing API key', 'authentication_error', 'missing_api_key')],
  ['/v1/responses', openAi('Missing API key', 'authentication_error', 'missing_api_key')],
  ['/v1/responses/compact', openAi('Missing API key', 'authentication_error', 'missing_api_key')],
  ['/v1/completions', openAi('Missing API key', 'authentication_error', 'missing_api_key')],
  ['/v1/embeddings', openAi('Missing API key', 'authentication_error', 'missing_api_key')],
  ['/v1/messages', anthropic('Missing API key', 'authentication_error')],
  ['/v1/messages/count_tokens', anthropic('Missing API key', 'authentication_error')],
  ['/v1beta/models/m:generateContent', google(401, 'Missing API key', 'UNAUTHENTICATED')],
] as const;

describe('health and models', () => {
  it('answers /health without a key', async () => {
    expect(await ask(await start(), 'GET', '/health')).toMatchObject({ status: 200, json: { status: 'ok', version, uptime_seconds: 0 } });
  });

  it('lists models in the shape of the asking dialect', async () => {
    const app = await start();
    const entry = (id: string) => ({ id, object: 'model', created: 1_770_000_000, owned_by: 'openai-compatibility' });
    expect((await ask(app, 'GET', '/v1/models', { headers: key })).json).toEqual({
      object: 'list',
      data: [entry('gpt-4.1-mini'), entry('team/deep/model')],
    });
    const cloakless = (id: string) => ({ id, type: 'model', display_name: id, created_at: '2026-02-02T02:40:00.000Z' });
    expect((await ask(app, 'GET', '/v1/models', { headers: { ...key, 'anthropic-version': '2023-06-01' } })).json).toEqual({
      data: [cloakless('gpt-4.1-mini'), cloakless('team/deep/model')],
      has_more: false,
      first_id: 'gpt-4.1-mini',
      last_id: 'team/deep/model',
    });
    expect((await ask(app, 'GET', '/v1beta/models?key=right')).json).toEqual({
      models: ['gpt-4.1-mini', 'team/deep/model'].map((id) => ({
        name: `models/${id}`,
        displayName: id,
        description: 'Served by openai-compatibility.',
        supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
      })),
    });
  });
});

describe('client keys', () => {
  it.each([
    [{ authorization: 'Bearer right' }, '', 200],
    [{ authorization: 'bearer   right ' }, '', 200],
    [{ authorization: 'right' }, '', 200],
    [{ 'x-api-key': 'right' }, '', 200],
    [{ 'x-goog-api-key': 'right' }, '', 200],
    [{}, '?key=right', 200],
    [{}, '?auth_token=right', 200],
    [{ authorization: 'Bearer wrong', 'x-api-key': 'right' }, '', 200],
    [{ authorization: 'Basic right' }, '', 401],
    [{ authorization: 'Bearer Right' }, '', 401],
    [{ authorization: 'Bearer ' }, '', 401],
    [{}, '?key=wrong', 401],
    [{}, '', 401],
  ])('%j %s gets %i', async (headers, query, status) => {
    expect((await ask(await start(), 'GET', `/v1/models${query}`, { headers })).status).toBe(status);
  });

  it.each(generateRoutes)('refuses %s without a key in its own envelope', async (url, envelope) => {
    expect(await ask(await start(), 'POST', url, { body: {} })).toMatchObject({ status: 401, json: envelope });
  });

  it('tells a wrong key from a missing one', async () => {
    const answer = await ask(await start(), 'POST', '/v1/messages', { headers: { 'x-api-key': 'wrong' }, body: {} });
    expect(answer.json).toEqual(anthropic('Invalid API key', 'authentication_error'));
  });

  it('is open without configured keys, and says so', async () => {
    const logs: ProxyLogLine[] = [];
    const app = await start({ 'api-keys': [] }, logs);
    expect((await ask(app, 'GET', '/v1/models')).status).toBe(200);
    expect(logs.filter(({ level }) => level === 'warn').map(({ fields }) => fields)).toEqual([{ event: 'open-proxy' }]);
  });
});

describe('refusals before any upstream', () => {
  it.each([
    ['/v1/chat/completions', openAi('There is no GET /v1/chat/completions here.', 'invalid_request_error', 'not_found')],
    ['/v1/messages/none', anthropic('There is no GET /v1/messages/none here.', 'not_found_error')],
    ['/v1beta/none', google(404, 'There is no GET /v1beta/none here.', 'NOT_FOUND')],
    ['/', openAi('There is no GET / here.', 'invalid_request_error', 'not_found')],
  ])('answers 404 for GET %s', async (url, envelope) => {
    expect(await ask(await start(), 'GET', url)).toMatchObject({ status: 404, json: envelope });
  });

  it.each(['/v1beta/models/m:embedContent', '/v1beta/models/m', '/v1beta/models/:generateContent'])(
    'answers 404 for POST %s',
    async (url) => {
      const answer = await ask(await start(), 'POST', url, { headers: key, body: {} });
      expect(answer).toMatchObject({ status: 404, json: google(404, `There is no POST ${url} here.`, 'NOT_FOUND') });
    },
  );

  it('says that a model is not served, and which are near', async () => {
    const app = await start();
    const message = 'The model "gpt-4.1-mni" is not served here. Nearest: "gpt-4.1-mini".';
    const body = { model: 'gpt-4.1-mni' };
    const chat = await ask(app, 'POST', '/v1/chat/completions', { headers: key, body });
    expect(chat).toMatchObject({ status: 404, json: openAi(message, 'invalid_request_error', 'model_not_found', 'model') });
    const messages = await ask(app, 'POST', '/v1/messages', { headers: key, body });
    expect(messages).toMatchObject({ status: 404, json: anthropic(message, 'not_found_error') });
    const gemini = await ask(app, 'POST', '/v1beta/models/gpt-4.1-mni:generateContent', { headers: key, body: {} });
    expect(gemini).toMatchObject({ status: 404, json: google(404, message, 'NOT_FOUND') });
  });

  it.each(['team/deep/model', 'team%2Fdeep%2Fmodel'])('finds a model with slashes in the path: %s', async (model) => {
    const answer = await ask(await start(), 'POST', `/v1beta/models/${model}:generateContent`, { headers: key, body: { contents: [] } });
    expect(answer.status).not.toBe(404);
  });

  it.each([
    ['{', "The request body is not valid JSON: Expected property name or '}' in JSON at position 1"],
    ['[]', 'The request body must be a JSON object.'],
    ['{}', 'anthropic-messages: expected "model" to be a model\'s name, got nothing.'],
    ['{"model":7}', 'anthropic-messages: expected "model" to be a model\'s name, got 7.'],
  ])('refuses the body %s', async (body, message) => {
    const answer = await ask(await start(), 'POST', '/v1/messages', { headers: key, body });
    expect(answer).toMatchObject({ status: 400, json: anthropic(message, 'invalid_request_error') });
  });

  it('reports an upstream that is not there as 502, without its address or secret', async () => {
    const logs: ProxyLogLine[] = [];
    const answer = await ask(await start({}, logs), 'POST', '/v1/chat/completions', { headers: key, body: { model: 'gpt-4.1-mini' } });
    const message = 'The upstream could not be reached (ECONNREFUSED).';
    expect(answer).toMatchObject({ status: 502, json: openAi(message, 'server_error', 'upstream_unreachable') });
    expect(JSON.stringify(logs)).not.toMatch(/upstream-secret|right/);
    expect(logs.map(({ fields }) => fields)).toEqual([
      {
        requestId: 'request-1',
        event: 'request',
        method: 'POST',
        path: '/v1/chat/completions',
        status: 502,
        end: 'refused',
        durationMs: 0,
        requestBytes: 24,
        model: 'gpt-4.1-mini',
        stream: false,
        provider: 'openai-compatibility',
        credential: expect.stringMatching(/^x:[0-9a-f]{8}$/) as unknown,
        upstreamModel: 'gpt-4.1-mini',
        attempts: 1,
        error: 'upstream_unreachable',
      },
    ]);
  });
});

describe('a path that cannot be read', () => {
  const badUrl = 'The path is no valid URL: expected UTF-8 with two hexadecimal digits behind each "%".';

  it.each([
    ['/v1/messages%zz?key=secret', anthropic(badUrl, 'invalid_request_error')],
    ['/v1/chat/%E0%A4%A', openAi(badUrl, 'invalid_request_error', 'invalid_request')],
    ['/v1beta/models/%FF:generateContent', google(400, badUrl, 'INVALID_ARGUMENT')],
  ])('is refused in the words of the dialect, with its id and its line: %s', async (url, json) => {
    const logs: ProxyLogLine[] = [];
    const app = await start({}, logs);
    const answer = await ask(app, 'POST', url, { body: '{}' });
    expect([answer.status, answer.json, answer.headers['wireproof-request-id']]).toEqual([400, json, 'request-1']);
    expect(logs.map(({ fields }) => fields)).toEqual([
      {
        event: 'request',
        requestId: 'request-1',
        method: 'POST',
        path: url.split('?')[0],
        status: 400,
        end: 'refused',
        error: 'invalid_request',
      },
    ]);
  });
});

describe('size of request bodies', () => {
  const limited = { 'max-request-body-bytes': 100 };
  const filled = (bytes: number): string => `{"model":"none","x":"${'y'.repeat(bytes - 23)}"}`;
  const message = 'The request body is larger than 100 bytes, the limit of this proxy.';

  it('takes the limit and refuses one byte more', async () => {
    const app = await start(limited);
    expect((await ask(app, 'POST', '/v1/messages', { headers: key, body: filled(100) })).status).toBe(404);
    const over = await ask(app, 'POST', '/v1/messages', { headers: key, body: filled(101) });
    expect(over).toMatchObject({ status: 413, json: anthropic(message, 'request_too_large') });
  });

  it('refuses a chunked body over the limit, and the client can read it after sending all of it', async () => {
    const url = await (await start(limited)).listen({ host: '127.0.0.1', port: 0 });
    const body = new ReadableStream({
      start: (controller) => {
        for (let count = 0; count < 64; count += 1) controller.enqueue(new Uint8Array(65_536).fill(32));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers: key, body, duplex: 'half' };
    const answer = await fetch(`${url}/v1/chat/completions`, init);
    expect([answer.status, await answer.json()]).toEqual([413, openAi(message, 'invalid_request_error', 'request_too_large')]);
  });
});

describe('configuration', () => {
  it('warns of fallbacks and limits for models that nobody serves', async () => {
    const logs: ProxyLogLine[] = [];
    await start({ fallback: { 'gpt-4.1-mini': ['gpt-4.1-mni'] }, 'body-limits': { nothing: 1 } }, logs);
    expect(logs.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'fallback and body-limits: expected models that are served, got "gpt-4.1-mni" (did you mean "gpt-4.1-mini"?)'],
      ['warn', 'fallback and body-limits: expected models that are served, got "nothing"'],
    ]);
  });

  it('does not start with a wrong one', async () => {
    await expect(buildProxy({ config: { port: 'x' } })).rejects.toMatchObject({
      code: 'config-invalid',
      message: 'config: port: expected a number, got "x"',
    });
  });

  it('logs unknown keys and starts', async () => {
    const logs: ProxyLogLine[] = [];
    await start({ 'api-kyes': [] }, logs);
    expect(logs).toEqual([
      {
        level: 'warn',
        message: 'config: api-kyes: expected a known key, got "api-kyes", which is ignored (did you mean "api-keys"?)',
        fields: { event: 'config-warning' },
      },
    ]);
  });
});

describe('a proxy that has drained', () => {
  it('has written what it answered', async () => {
    const upstream = createServer((request) => request.resume());
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
    const parsed = parseConfig({ 'api-keys': ['right'], 'openai-compatibility': [{ ...compatible, 'base-url': base }] });
    const proxy = await openProxy(parsed, { onLog: () => undefined });
    apps.push(proxy.app);
    const url = await proxy.app.listen({ port: 0, host: '127.0.0.1' });
    const connected = once(proxy.app.server, 'connection');
    const asked = once(upstream, 'request');
    const body = JSON.stringify({ model: 'gpt-4.1-mini', messages: [] });
    const asking = fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { ...key, 'content-type': 'application/json' }, body });
    const [socket] = (await connected) as [Socket];
    const [, response] = (await asked) as [unknown, ServerResponse];
    const drained = proxy.drain().then(() => socket.writableLength);
    response.setHeader('content-type', 'application/json').end('{"id":"x"}');
    expect([await drained, await (await asking).text()]).toEqual([0, '{"id":"x"}']);
    upstream.closeAllConnections();
    upstream.close();
  });
});
