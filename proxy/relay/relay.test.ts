import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { answer, exchange, replay, startMockUpstream } from '#fixtures/index';
import type { Exchange, MockUpstream, Play, Script, SurfaceId } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const compatible = (surface: 'openai-chat' | 'openai-responses', keys: readonly string[], models: readonly object[]): object => ({
  name: surface,
  'base-url': upstream.baseUrl(surface),
  'wire-api': surface === 'openai-chat' ? 'chat' : 'responses',
  'api-key-entries': keys.map((key) => ({ 'api-key': key })),
  models,
});

const configuration = (): object => ({
  'openai-compatibility': [
    compatible('openai-chat', ['chat-key'], [{ name: 'openai-chat' }, { name: 'up', alias: 'renamed' }]),
    compatible('openai-responses', ['responses-key'], [{ name: 'openai-responses' }]),
  ],
  'claude-api-key': [
    { 'api-key': 'claude-key', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'anthropic-messages' }] },
  ],
  'gemini-api-key': [{ 'api-key': 'gemini-key', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'gemini-generate' }] }],
  'oauth-model-alias': { antigravity: [{ name: 'claude-x', alias: 'antigravity', fork: true, 'force-mapping': true }] },
});

const authFiles = (): readonly object[] => [
  { type: 'codex', base_url: upstream.baseUrl('codex'), access_token: 'codex-token', account_id: 'acc', models: ['codex'] },
  { type: 'antigravity', base_url: upstream.baseUrl('antigravity'), access_token: 'ag-token', project_id: 'p', models: ['claude-x'] },
  { type: 'iflow', base_url: upstream.baseUrl('iflow'), api_key: 'iflow-key', models: ['iflow'] },
];

interface Started {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly logs: ProxyLogLine[];
}

const start = async (more: object = {}): Promise<Started> => {
  const logs: ProxyLogLine[] = [];
  const app = await buildProxy({
    config: { ...configuration(), ...more },
    authFiles: authFiles(),
    nextId: () => 'id-1',
    clock: { now: () => 1_770_000_000_000 },
    onLog: (line) => logs.push(line),
  });
  apps.push(app);
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }), logs };
};

let tokens = 0;
const newToken = (script: Script): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  return token;
};

const clients = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
type Client = (typeof clients)[number];
const surfaces = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate', 'antigravity', 'codex', 'iflow'] as const;

const asksForUsage = { stream_options: { include_usage: true } };

/** A minimal request of each dialect. */
const request = (client: Client, model: string, stream: boolean, text: string): { readonly path: string; readonly body: object } => {
  const messages = [{ role: 'user', content: text }];
  const mode = stream ? { stream } : {};
  switch (client) {
    case 'openai-chat':
      // Who asks an upstream of the same dialect for usage gets the stream as it comes.
      return { path: '/v1/chat/completions', body: { model, messages, ...mode, ...(stream && model === client && asksForUsage) } };
    case 'openai-responses':
      return { path: '/v1/responses', body: { model, input: text, ...mode } };
    case 'anthropic-messages':
      return { path: '/v1/messages', body: { model, max_tokens: 9, messages, ...mode } };
    default: {
      const action = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
      return { path: `/v1beta/models/${model}:${action}`, body: { contents: [{ role: 'user', parts: [{ text }] }] } };
    }
  }
};

const send = (
  url: string,
  path: string,
  body: string | object,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });

const ask = async (url: string, client: Client, model: string, stream: boolean, script: Script) => {
  const token = newToken(script);
  const { path, body } = request(client, model, stream, token);
  const response = await send(url, path, body);
  return { status: response.status, headers: response.headers, text: await response.text(), calls: upstream.calls(token) };
};

const recorded = ({ response }: Exchange): string =>
  response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString())).join('');

/** The last event of a stream, parsed. */
const lastEvent = (text: string): unknown => {
  const data = text
    .trim()
    .split(/\r?\n\r?\n/)
    .at(-1)
    ?.split('\n')
    .find((line) => line.startsWith('data: '))
    ?.slice(6);
  return data === undefined || data === '[DONE]' ? data : (JSON.parse(data) as unknown);
};

describe('same dialect on both sides', () => {
  const pairs: readonly (readonly [Client, boolean])[] = clients.flatMap((client) => [[client, false] as const, [client, true] as const]);

  it.each(pairs)('%s (stream: %s) passes bytes untouched both ways', async (client, stream) => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const { path, body } = request(client, client, stream, token);
    const spaced = JSON.stringify({ ...body, x_unknown: 1 }, undefined, 1).replace(
      '"x_unknown": 1',
      '"x_unknown": 1.0e2, "big": 12345678901234567890',
    );
    const response = await send(url, path, spaced);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(recorded(exchange(`${client}/text${stream ? '.stream' : ''}`)));
    expect(upstream.calls(token).map(({ bodyBytes }) => bodyBytes.toString())).toEqual([spaced]);
  });

  it('exchanges only the name of a renamed model', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    await send(url, '/v1/chat/completions', `{ "n": 1.0, "model" : "renamed", "messages": [{"role":"user","content":"${token}"}] }`);
    expect(upstream.calls(token).map(({ bodyBytes }) => bodyBytes.toString())).toEqual([
      `{ "n": 1.0, "model" : "up", "messages": [{"role":"user","content":"${token}"}] }`,
    ]);
  });

  it('survives any cutting of the stream', async () => {
    const { url } = await start();
    const play: Play = { exchange: 'anthropic-messages/tool-call.stream', dribble: { bytes: 7, everyMs: 0 } };
    const { text } = await ask(url, 'anthropic-messages', 'anthropic-messages', true, replay(play));
    expect(text).toBe(recorded(exchange('anthropic-messages/tool-call.stream')));
  });

  it("passes an upstream's error untouched when it is the client's own envelope", async () => {
    const { url } = await start();
    const { status, text } = await ask(url, 'openai-chat', 'openai-chat', false, replay('openai-chat/missing-tool-content'));
    expect([status, text]).toEqual([400, recorded(exchange('openai-chat/missing-tool-content'))]);
  });

  it("takes a vendor's envelope off, stream and not, and shows the alias where that is forced", async () => {
    const { url } = await start();
    const whole = await ask(url, 'gemini-generate', 'antigravity', false, answer('text'));
    expect(whole.calls.map(({ path, query }) => `${path}?${query}`)).toEqual(['/v1internal:streamGenerateContent?alt=sse']);
    expect(JSON.parse(whole.text)).toMatchObject({ modelVersion: 'antigravity', candidates: [{ finishReason: 'STOP' }] });
    const streamed = await ask(url, 'gemini-generate', 'antigravity', true, answer('text'));
    expect(lastEvent(streamed.text)).toMatchObject({
      modelVersion: 'antigravity',
      candidates: [{ content: { parts: [{ text: ' ok.' }] } }],
    });
    expect(streamed.text).not.toContain('traceId');
  });
});

describe('every client to every upstream', () => {
  const cells = clients.flatMap((client) =>
    surfaces.flatMap((surface) => [false, true].map((stream) => [client, surface, stream] as const)),
  );

  it.each(cells)('%s to %s (stream: %s)', async (client, surface, stream) => {
    const { url } = await start();
    const said = await ask(url, client, surface, stream, answer('text'));
    expect(said.status).toBe(200);
    expect(said.headers.get('content-type')).toMatch(stream ? /^text\/event-stream/ : /^application\/json/);
    expect(said.calls.map(({ surface, refused }) => [surface, refused])).toEqual([[surface, undefined]]);
    expect(said.text.replace(/[^]*?"(?:text|content|delta)":\s?"((?:Wireproof| says| ok\.)[^"]*)"|[^]/g, '$1')).toMatch(
      /^Wireproof says ok\./,
    );
    const called = await ask(url, client, surface, stream, answer('tool-call'));
    expect(called.text).toContain('lookup');
    expect(called.text).toContain('Berlin');
  });
});

describe('what upstreams are sent', () => {
  const credentials: readonly (readonly [SurfaceId, Record<string, string>])[] = [
    ['openai-chat', { authorization: 'Bearer chat-key' }],
    ['openai-responses', { authorization: 'Bearer responses-key' }],
    ['anthropic-messages', { 'x-api-key': 'claude-key', 'anthropic-version': '2023-06-01' }],
    ['gemini-generate', { 'x-goog-api-key': 'gemini-key' }],
    ['antigravity', { authorization: 'Bearer ag-token' }],
    ['codex', { authorization: 'Bearer codex-token', 'chatgpt-account-id': 'acc' }],
    ['iflow', { authorization: 'Bearer iflow-key' }],
  ];

  it.each(credentials)('%s gets its own credential and not the client’s', async (surface, expected) => {
    const { url } = await start({ 'api-keys': ['client-key'] });
    const token = newToken(answer('text'));
    const { path, body } = request('openai-chat', surface, false, token);
    await send(url, path, body, { authorization: 'Bearer client-key', 'x-api-key': 'client-key' });
    const [call] = upstream.calls(token);
    expect(call?.headers).toMatchObject(expected);
    expect(JSON.stringify(call?.headers)).not.toContain('client-key');
  });

  it('codex always streams, never stores, and loses what it does not accept', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const input = [
      { type: 'message', role: 'system', content: 's' },
      { type: 'message', role: 'user', content: token },
    ];
    await send(url, '/v1/responses', { model: 'codex', input, temperature: 1, top_p: 1, user: 'u', service_tier: 'auto', store: true });
    expect(upstream.calls(token).map(({ body }) => body)).toEqual([
      {
        model: 'codex',
        input: [{ ...input[0], role: 'developer' }, input[1]],
        instructions: '',
        include: ['reasoning.encrypted_content'],
        stream: true,
        store: false,
      },
    ]);
  });

  it('antigravity gets the Gemini request in its envelope', async () => {
    const { url } = await start();
    const { calls } = await ask(url, 'gemini-generate', 'antigravity', true, answer('text'));
    expect(calls[0]?.body).toEqual({
      model: 'claude-x',
      userAgent: 'antigravity',
      requestType: 'agent',
      project: 'p',
      requestId: 'agent-id-1',
      request: { contents: [{ role: 'user', parts: [{ text: calls[0]?.token }] }], sessionId: expect.stringMatching(/^-\d+$/) },
    });
  });

  it('anthropic gets the beta header of a Messages client', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const { path, body } = request('anthropic-messages', 'anthropic-messages', false, token);
    await send(url, path, body, { 'anthropic-beta': 'b1', 'anthropic-version': '2099-01-01' });
    expect(upstream.calls(token)[0]?.headers).toMatchObject({ 'anthropic-beta': 'b1', 'anthropic-version': '2099-01-01' });
  });
});

describe('streams that fail', () => {
  const cut = (play: Partial<Play>): Script => replay((seen) => ({ exchange: `${seen.surface}/text.stream`, ...play }));

  const errorShapes: Record<Client, unknown> = {
    'openai-chat': { error: { code: 'upstream_bad_answer', message: expect.any(String), type: 'server_error', param: null } },
    'openai-responses': {
      type: 'error',
      code: 'upstream_bad_answer',
      message: expect.any(String),
      param: null,
      sequence_number: expect.any(Number),
    },
    'anthropic-messages': { type: 'error', error: { type: 'api_error', message: expect.any(String) } },
    'gemini-generate': { error: { code: 502, message: expect.any(String), status: expect.any(String) } },
  };

  const cells = clients.flatMap((client) =>
    [client, 'openai-chat' as const, 'anthropic-messages' as const].flatMap((surface) =>
      (['reset', 'eof', 'mid-chunk', 'clean-eof'] as const).map((ending) => [client, surface, ending] as const),
    ),
  );

  it.each(cells)('%s behind %s: %s after two events ends in the error event of the dialect', async (client, surface, ending) => {
    const { url, logs } = await start();
    const said = await ask(url, client, surface, true, cut({ fault: { afterEvents: 2, ending } }));
    expect(said.status).toBe(200);
    expect(lastEvent(said.text)).toEqual(errorShapes[client]);
    expect(said.text).not.toContain('[DONE]');
    expect(logs.filter(({ fields }) => fields.event === 'request').map(({ fields }) => fields.end)).toEqual(['broken-stream']);
  });

  it.each(clients)('%s gets its terminal event when only the [DONE] of a whole answer is missing', async (client) => {
    const { url, logs } = await start();
    const whole = exchange('openai-chat/text.stream').response.chunks.length;
    const done = await ask(url, client, 'openai-chat', true, answer('text'));
    const said = await ask(url, client, 'openai-chat', true, cut({ fault: { afterEvents: whole - 1, ending: 'clean-eof' } }));
    expect(said.text).toBe(done.text);
    expect(logs.filter(({ fields }) => fields.event === 'request').map(({ fields }) => fields.end)).toEqual(['complete', 'complete']);
  });

  it('a Gemini stream without usage passes as it came', async () => {
    const body = 'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"ok"}]},"finishReason":"STOP"}]}\n\n';
    const tiny = await tinyUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(body);
    });
    const { url } = await start({ 'gemini-api-key': [{ 'api-key': 'k', 'base-url': tiny.base, models: [{ name: 'gemini-generate' }] }] });
    expect((await ask(url, 'gemini-generate', 'gemini-generate', true, answer('text'))).text).toBe(body);
    tiny.close();
  });

  it.each(clients)('%s: a stream that ends before its first event is an ordinary error', async (client) => {
    const { url } = await start();
    const said = await ask(url, client, client, true, cut({ fault: { afterEvents: 0, ending: 'clean-eof' } }));
    expect([said.status, said.headers.get('content-type')]).toEqual([502, 'application/json; charset=utf-8']);
  });

  it.each(clients)("%s: an upstream's error as first event is an ordinary error", async (client) => {
    const { url } = await start();
    const said = await ask(url, client, 'anthropic-messages', true, cut({ fault: { afterEvents: 0, ending: 'error-event' } }));
    expect(said.status).toBeGreaterThanOrEqual(500);
    expect(said.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it.each(clients)("%s: an upstream's later error event arrives as the client's", async (client) => {
    const { url } = await start();
    const said = await ask(url, client, 'openai-chat', true, cut({ fault: { afterEvents: 2, ending: 'error-event' } }));
    expect(said.status).toBe(200);
    expect(JSON.stringify(lastEvent(said.text))).toContain('"error"');
  });

  it('a non-streaming client of a streaming upstream gets an ordinary error', async () => {
    const { url } = await start();
    const said = await ask(
      url,
      'openai-chat',
      'codex',
      false,
      replay({ exchange: 'codex/text.stream', fault: { afterEvents: 3, ending: 'reset' } }),
    );
    expect(said.status).toBe(502);
    expect(JSON.parse(said.text)).toMatchObject({ error: { code: 'upstream_bad_answer', type: 'server_error' } });
  });

  it('silence of the upstream ends in a timeout error', async () => {
    const { url } = await start({ 'request-timeout-seconds': 1 });
    const said = await ask(url, 'anthropic-messages', 'anthropic-messages', true, cut({ fault: { afterEvents: 2, ending: 'stall' } }));
    expect(lastEvent(said.text)).toMatchObject({ type: 'error', error: { type: 'timeout_error' } });
  });
});

describe('a client that leaves', () => {
  it('ends the upstream’s work at once', async () => {
    const { url, logs } = await start();
    const token = newToken(replay({ exchange: 'openai-chat/text.stream', dribble: { bytes: 500, everyMs: 60_000 } }));
    const leaving = new AbortController();
    const { path, body } = request('anthropic-messages', 'openai-chat', true, token);
    const response = await send(url, path, body, {}, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    await upstream.settled(token, 2_000);
    expect(upstream.calls(token).map(({ receipt }) => receipt?.ended)).toEqual(['client-left']);
    expect(logs.filter(({ fields }) => fields.event === 'request').map(({ fields }) => [fields.end, fields.status])).toEqual([
      ['client-left', 499],
    ]);
  });

  it('ends it too when it leaves before the first byte', async () => {
    const { url } = await start();
    const token = newToken(replay({ exchange: 'openai-chat/text', delayMs: 60_000 }));
    const leaving = new AbortController();
    const { path, body } = request('openai-chat', 'openai-chat', false, token);
    const gone = send(url, path, body, {}, leaving.signal).catch((error: unknown) => (error as Error).name);
    while (upstream.calls(token).length === 0) await new Promise((resolve) => setImmediate(resolve));
    leaving.abort();
    expect(await gone).toBe('AbortError');
    await upstream.settled(token, 2_000);
    expect(upstream.calls(token).map(({ receipt }) => receipt?.ended)).toEqual(['client-left']);
  });
});

/** An upstream of one answer, for what the recorded exchanges do not have. */
const tinyUpstream = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  server.on('connection', (socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { base, sockets, close: () => server.close() };
};

describe('closing', () => {
  it('ends requests in flight and every connection to upstreams, idle ones too', async () => {
    const tiny = await tinyUpstream((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"id":"c","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
      if (request.headers.authorization === 'Bearer ends')
        response.end('data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n');
    });
    const entry = (key: string): object => ({ ...compatible('openai-chat', [key], [{ name: key }]), 'base-url': tiny.base });
    const { app, url, logs } = await start({ 'openai-compatibility': [entry('ends'), entry('stays')] });
    const stream = (model: string): Promise<Response> => send(url, '/v1/chat/completions', { model, stream: true, messages: [] });
    const reader = (await stream('stays')).body?.getReader();
    await reader?.read();
    await (await stream('ends')).text();
    expect(tiny.sockets.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    const gone = Promise.all(tiny.sockets.map((socket) => once(socket, 'close')));
    await app.close();
    await expect(reader?.read()).rejects.toThrow('terminated');
    await gone;
    expect(app.server.listening).toBe(false);
    // It was not the client who left.
    const requests = logs.filter(({ fields }) => fields.event === 'request');
    expect(requests.map(({ fields }) => [fields.end, fields.status, fields.error])).toEqual([
      ['complete', 200, undefined],
      ['cut-off', 200, 'shutting_down'],
    ]);
    tiny.close();
  });
});

describe('credentials', () => {
  const keys = ['first', 'second'];
  const answerTo = (status: number, key: string) => (request: IncomingMessage, response: ServerResponse) => {
    const failed = request.headers.authorization === `Bearer ${key}`;
    response.writeHead(failed ? status : 200, { 'content-type': 'application/json', 'retry-after': '7', 'x-request-id': 'req-1' });
    response.end(failed ? '{"error":{"message":"no","type":"t","param":null,"code":null}}' : '{"id":"c","choices":[]}');
  };

  it.each([
    [401, 200, 2],
    [403, 200, 2],
    [429, 200, 2],
    [500, 200, 2],
    [529, 200, 2],
    [400, 400, 1],
    [413, 413, 1],
    [422, 422, 1],
  ])('after %i of the first the client gets %i, with %i attempts', async (status, seen, attempts) => {
    const tiny = await tinyUpstream(answerTo(status, 'first'));
    const { url, logs } = await start({
      'openai-compatibility': [{ ...compatible('openai-chat', keys, [{ name: 'm' }]), 'base-url': tiny.base }],
    });
    const response = await send(url, '/v1/chat/completions', { model: 'm', messages: [] });
    expect([response.status, logs.at(-1)?.fields.attempts]).toEqual([seen, attempts]);
    tiny.close();
  });

  it('the last failure reaches the client with its retry-after and request id', async () => {
    const tiny = await tinyUpstream(answerTo(429, 'only'));
    const { url } = await start({
      'openai-compatibility': [{ ...compatible('openai-chat', ['only'], [{ name: 'm' }]), 'base-url': tiny.base }],
    });
    const { path, body } = request('anthropic-messages', 'm', false, 'hi');
    const response = await send(url, path, body);
    expect([response.status, response.headers.get('retry-after'), response.headers.get('x-request-id')]).toEqual([429, '7', 'req-1']);
    expect(await response.json()).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: 'no' }, request_id: 'req-1' });
    tiny.close();
  });

  it('are tried in turn when one cannot be reached', async () => {
    const dead = { ...compatible('openai-chat', ['k'], [{ name: 'm' }]), name: 'dead', 'base-url': 'http://127.0.0.1:9' };
    const { url, logs } = await start({ 'openai-compatibility': [dead, compatible('openai-chat', ['k'], [{ name: 'm' }])] });
    const said = await ask(url, 'openai-chat', 'm', false, answer('text'));
    expect(said.status).toBe(200);
    const credential: unknown = expect.stringMatching(/^openai-chat:[0-9a-f]{8}$/);
    expect(logs.at(-1)?.fields).toMatchObject({ credential, attempts: 2, end: 'complete' });
  });
});

describe('what an upstream says of a refusal', () => {
  const refusing = async (status: number, contentType: string, body: string) => {
    const tiny = await tinyUpstream((_request, response) => {
      response.writeHead(status, { 'content-type': contentType });
      response.end(body);
    });
    const { url, logs } = await start({
      'openai-compatibility': [{ ...compatible('openai-chat', ['sk-upstream-secret'], [{ name: 'openai-chat' }]), 'base-url': tiny.base }],
      'gemini-api-key': [{ 'api-key': 'sk-upstream-secret', 'base-url': tiny.base, models: [{ name: 'gemini-generate' }] }],
    });
    const said = async (client: Client, model: string) => {
      const { path, body: question } = request(client, model, false, 'hi');
      const response = await send(url, path, question);
      return { status: response.status, body: await response.json() };
    };
    return { said, logs, close: tiny.close };
  };

  it.each(clients)('%s never learns the key that the upstream repeats', async (client) => {
    const repeated = { message: 'Incorrect API key provided: sk-upstream-secret.', type: 'invalid_request_error', param: null, code: null };
    const { said, logs, close } = await refusing(401, 'application/json', JSON.stringify({ error: repeated }));
    const { status, body } = await said(client, 'openai-chat');
    expect(status).toBe(401);
    expect(JSON.stringify(body)).toContain('Incorrect API key provided: ***.');
    expect(JSON.stringify([body, logs])).not.toContain('sk-upstream-secret');
    close();
  });

  it.each<[Client, string, object]>([
    ['gemini-generate', '{"error":{"message":"no","type":"t","code":"c"}}', { error: { code: 409, message: 'no', status: 'ABORTED' } }],
    ['gemini-generate', '{"type":"error","error":{"type":"t","message":"no"}}', { error: { code: 409, message: 'no', status: 'ABORTED' } }],
    [
      'openai-chat',
      '{"error":{"code":409,"message":"no","status":"ABORTED"}}',
      { error: { message: 'no', type: 'invalid_request_error', param: null, code: '409' } },
    ],
    [
      'openai-chat',
      '{"type":"error","error":{"type":"t","message":"no"}}',
      { error: { message: 'no', type: 't', param: null, code: null } },
    ],
  ])('%s behind its own dialect, answered %s', async (client, wire, expected) => {
    const { said, close } = await refusing(409, 'application/json', wire);
    expect(await said(client, client)).toEqual({ status: 409, body: expected });
    close();
  });

  it.each(clients)('%s is told what a web page says, and not the page', async (client) => {
    const page =
      '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body><h1>403 Forbidden</h1><script>alert(1)</script></body></html>';
    const { said, close } = await refusing(403, 'text/html', page);
    const { status, body } = await said(client, 'openai-chat');
    const { message } = (body as { readonly error: { readonly message: string } }).error;
    expect([status, message]).toEqual([403, 'The upstream answered status 403 with a web page: 403 Forbidden']);
    close();
  });

  it('that is its own envelope passes as it came', async () => {
    const own = { error: { message: 'no', type: 't', param: 'p', code: null, extra: [1] } };
    const { said, close } = await refusing(409, 'application/json', JSON.stringify(own));
    expect(await said('openai-chat', 'openai-chat')).toEqual({ status: 409, body: own });
    close();
  });
});

describe('an upstream that compresses although it was not asked to', () => {
  const compressing = async (status: number, contentType: string, body: Buffer, encoding: string) => {
    const tiny = await tinyUpstream((_request, response) => {
      response.writeHead(status, { 'content-type': contentType, 'content-encoding': encoding });
      response.end(body);
    });
    const { url } = await start({
      'openai-compatibility': [{ ...compatible('openai-chat', ['k'], [{ name: 'openai-chat' }]), 'base-url': tiny.base }],
    });
    const said = await ask(url, 'openai-chat', 'openai-chat', contentType === 'text/event-stream', answer('text'));
    tiny.close();
    return said;
  };
  const whole = Buffer.from(recorded(exchange('openai-chat/text')));
  const stream = Buffer.from(recorded(exchange('openai-chat/text.stream')));

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is read all the same: %s', async (encoding, encode) => {
    const plain = await compressing(200, 'application/json', encode(whole), encoding);
    expect([plain.status, plain.headers.get('content-encoding'), plain.text]).toEqual([200, null, whole.toString()]);
    const streamed = await compressing(200, 'text/event-stream', encode(stream), encoding);
    expect([streamed.status, streamed.text]).toEqual([200, stream.toString()]);
  });

  it('has its refusal read too', async () => {
    const own = '{"error":{"message":"no","type":"t","param":null,"code":null}}';
    const said = await compressing(409, 'application/json', gzipSync(own), 'gzip');
    expect([said.status, said.text]).toEqual([409, own]);
  });

  it.each([
    ['is cut', gzipSync(whole).subarray(0, 60), 'gzip'],
    ['is not of its encoding', whole, 'gzip'],
    ['is of an unknown one', gzipSync(whole), 'zstd'],
  ])('is a bad upstream when the body %s', async (_name, body, encoding) => {
    const said = await compressing(200, 'application/json', body, encoding);
    expect([said.status, JSON.parse(said.text)]).toMatchObject([502, { error: { code: 'upstream_bad_answer' } }]);
  });
});

describe('a model with a reasoning suffix', () => {
  const sentFor = async (client: Client, model: string) => {
    const { url } = await start();
    const { status, calls } = await ask(url, client, model, false, answer('text'));
    return { status, body: calls[0]?.body };
  };

  it.each<[Client, string, object]>([
    ['openai-chat', 'renamed(high)', { model: 'up', reasoning_effort: 'high' }],
    ['openai-chat', 'openai-responses(low)', { model: 'openai-responses', reasoning: { effort: 'low' } }],
    ['gemini-generate', 'openai-chat(high)', { model: 'openai-chat', reasoning_effort: 'high' }],
    ['openai-chat', 'gemini-generate(2048)', { generationConfig: { thinkingConfig: { thinkingBudget: 2048 } } }],
  ])('%s asking for %s is routed by the name, and the suffix goes where the upstream reads it', async (client, model, expected) => {
    expect(await sentFor(client, model)).toMatchObject({ status: 200, body: expected });
  });

  it.each(['nobody(high)', 'openai-chat()', 'openai-chat(high', '(high)'])('%s is unknown', async (model) => {
    expect(await sentFor('openai-chat', model)).toEqual({ status: 404, body: undefined });
  });
});

describe('a body that only nests', () => {
  it('is the request’s fault where it has to be translated', async () => {
    const { url, logs } = await start();
    const deep = '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000);
    const tool = `{"type":"function","function":{"name":"f","parameters":${deep}}}`;
    const body = `{"model":"gemini-generate","messages":[{"role":"user","content":"x"}],"tools":[${tool}]}`;
    const response = await send(url, '/v1/chat/completions', body);
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        error: {
          message: 'The request body is nested too deeply to be translated.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_request',
        },
      },
    ]);
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('modes that differ', () => {
  it('an upstream that answers JSON to a stream request is turned into a stream', async () => {
    const { url } = await start();
    const said = await ask(url, 'openai-chat', 'openai-chat', true, replay('openai-chat/text'));
    expect(said.headers.get('content-type')).toBe('text/event-stream');
    expect(said.text).toContain('"content":"Wireproof says ok."');
    expect(lastEvent(said.text)).toBe('[DONE]');
  });

  it('a Gemini stream without alt=sse is a JSON array', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const { body } = request('gemini-generate', 'gemini-generate', true, token);
    const response = await send(url, '/v1beta/models/gemini-generate:streamGenerateContent', body);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject([{ candidates: [{}] }, { candidates: [{}] }, { candidates: [{ finishReason: 'STOP' }] }]);
  });
});
