import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect as connectTo } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { answer, exchange, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import type { ResponsesStreamMessage } from 'openai/resources/responses/internal-base';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

import { buildProxy, openProxy } from '../app.ts';
import type { Clock } from '../clock.ts';
import { parseConfig } from '../config/parse.ts';
import type { ProxyLogLine } from '../options.ts';
import { idleMs, pingMs } from './keep-alive.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

const apps: FastifyInstance[] = [];
const clients: WebSocket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const compatible = (surface: 'openai-chat' | 'openai-responses'): object => ({
  name: surface,
  'base-url': upstream.baseUrl(surface),
  'wire-api': surface === 'openai-chat' ? 'chat' : 'responses',
  'api-key-entries': [{ 'api-key': `${surface}-key` }],
  models: [{ name: surface }],
});

const configuration = (): object => ({
  'api-keys': ['right'],
  'openai-compatibility': [compatible('openai-chat'), compatible('openai-responses')],
  'claude-api-key': [
    { 'api-key': 'claude-key', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'anthropic-messages' }] },
  ],
  'gemini-api-key': [{ 'api-key': 'gemini-key', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'gemini-generate' }] }],
});

const authFiles = (): readonly object[] => [
  { type: 'codex', base_url: upstream.baseUrl('codex'), access_token: 'codex-token', account_id: 'acc', models: ['codex'] },
];

interface Started {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly logs: ProxyLogLine[];
  /** Connections that are open at the proxy's server. */
  readonly connections: () => Promise<number>;
}

const start = async (more: object = {}, clock: Clock = { now: () => 1_770_000_000_000 }): Promise<Started> => {
  const logs: ProxyLogLine[] = [];
  const app = await buildProxy({
    config: { ...configuration(), ...more },
    authFiles: authFiles(),
    nextId: () => 'id-1',
    clock,
    onLog: (line) => logs.push(line),
  });
  apps.push(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  return { app, url, logs, connections };
};

let tokens = 0;
const newToken = (script: Script): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  return token;
};

const asClient = { headers: { authorization: 'Bearer right', 'openai-beta': 'responses_websockets=2026-02-06' } };
const addressOf = (url: string): string => `${url.replace('http', 'ws')}/v1/responses`;

type Frame = Readonly<Record<string, unknown>> & { readonly type: string; readonly response?: { readonly id: string } };

/** A client that reads frames one by one, in the order in which they came. */
class Client {
  readonly socket: WebSocket;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;
  #closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) throw new Error('a binary frame');
      this.#frames.push(JSON.parse(data.toString()) as Frame);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
      this.#wake();
    });
  }

  send(message: object | string | Buffer): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  async next(): Promise<Frame> {
    while (this.#frames.length === 0 && this.#closed === undefined) await this.#somethingNew();
    const frame = this.#frames.shift();
    if (frame === undefined) throw new Error(`closed with ${JSON.stringify(this.#closed)}`);
    return frame;
  }

  /** The frames of one answer, to its last. */
  async answer(): Promise<readonly Frame[]> {
    const frames = [await this.next()];
    while (!/^(?:error|response\.(?:completed|failed|incomplete))$/.test(frames.at(-1)?.type ?? '')) frames.push(await this.next());
    return frames;
  }

  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    while (this.#closed === undefined) await this.#somethingNew();
    return this.#closed;
  }

  #somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

const connect = async (url: string, options: ClientOptions = asClient): Promise<Client> => {
  const socket = new WebSocket(addressOf(url), options);
  clients.push(socket);
  const client = new Client(socket);
  await once(socket, 'open');
  return client;
};

/** What an upgrade is refused with. */
const refusal = async (url: string, options: ClientOptions = asClient) => {
  const socket = new WebSocket(addressOf(url), options);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode, upgrade: response.headers.upgrade, body: JSON.parse(Buffer.concat(pieces).toString()) as unknown };
};

const say = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const create = (model: string, input: unknown, more: object = {}): object => ({ type: 'response.create', model, input, ...more });
const invalid = (message: string, param: string | null = null, code = 'invalid_request') => ({
  type: 'error',
  status: 400,
  error: { message, type: 'invalid_request_error', param, code },
});

const eventsOf = (id: string): readonly unknown[] =>
  exchange(id).response.chunks.map((chunk) => {
    const text = 'utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString();
    return JSON.parse(text.slice(text.indexOf('data: ') + 6)) as unknown;
  });

const textIn = (frames: readonly Frame[]): string =>
  frames.map((frame) => (frame.type === 'response.output_text.delta' ? String(frame.delta) : '')).join('');

const requestLines = (logs: readonly ProxyLogLine[]) => logs.filter(({ fields }) => fields.event === 'request').map(({ fields }) => fields);

describe('the upgrade', () => {
  it.each([
    ['no key', {}, 'Missing API key', 'missing_api_key'],
    ['a wrong key', { authorization: 'Bearer wrong' }, 'Invalid API key', 'invalid_api_key'],
  ])('with %s is 401', async (_name, headers, message, code) => {
    const { url } = await start();
    expect(await refusal(url, { headers })).toEqual({
      status: 401,
      upgrade: undefined,
      body: { error: { message, type: 'authentication_error', param: null, code } },
    });
  });

  it('takes the key in the query, for browsers', async () => {
    const { url } = await start();
    const socket = new WebSocket(`${addressOf(url)}?key=right`);
    clients.push(socket);
    await once(socket, 'open');
    expect(socket.protocol).toBe('');
  });

  it('is 426 when sockets are switched off', async () => {
    const { url } = await start({ 'responses-websocket': false });
    const message = 'WebSockets are switched off here; ask with POST /v1/responses.';
    const body = { error: { message, type: 'invalid_request_error', param: null, code: 'upgrade_required' } };
    expect(await refusal(url)).toEqual({ status: 426, upgrade: undefined, body });
  });

  it('is missed by a plain GET, which is 426', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/v1/responses`, { headers: { authorization: 'Bearer right' } });
    expect([response.status, response.headers.get('upgrade'), await response.json()]).toEqual([
      426,
      'websocket',
      {
        error: {
          message: 'GET /v1/responses takes a WebSocket handshake of version 13; else ask with POST.',
          type: 'invalid_request_error',
          param: null,
          code: 'upgrade_required',
        },
      },
    ]);
  });

  it('from another site’s page is not taken where no key is asked for', async () => {
    const { url } = await start({ 'api-keys': [] });
    expect((await refusal(url, { origin: 'https://elsewhere.example' })).status).toBe(426);
    await connect(url, { origin: url });
  });

  it('elsewhere is the plain request that it would be without', async () => {
    const { url } = await start();
    const socket = new WebSocket(url.replace('http', 'ws'), asClient);
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(404);
    response.destroy();
  });

  it('to another protocol is not taken, and the request keeps its body', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const headers = { ...asClient.headers, 'content-type': 'application/json', connection: 'Upgrade', upgrade: 'h2c' };
    const asking = httpRequest(`${url}/v1/responses`, { method: 'POST', headers });
    asking.end(JSON.stringify({ model: 'openai-responses', input: token }));
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    expect([response.statusCode, upstream.calls(token).map(({ body }) => body)]).toEqual([
      200,
      [{ model: 'openai-responses', input: token }],
    ]);
  });

  describe('on a connection with requests before it', () => {
    const fields = 'host: x\r\nauthorization: Bearer right\r\n';
    const post = (): string => {
      const body = JSON.stringify({ model: 'openai-responses', input: newToken(answer('text')) });
      return `POST /v1/responses HTTP/1.1\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
    };
    const key = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const upgrade = (protocol: string): string =>
      `GET /v1/responses HTTP/1.1\r\n${fields}connection: upgrade\r\nupgrade: ${protocol}\r\n${key}\r\n`;
    const open = async (): Promise<Socket> => {
      const { app } = await start();
      return connectTo((app.server.address() as AddressInfo).port, '127.0.0.1')
        .setEncoding('latin1')
        .on('error', () => undefined);
    };

    it.each(['h2c', 'websocket'])('to %s ends the connection when one of them has no answer yet', async (protocol) => {
      const socket = await open();
      let received = '';
      socket.on('data', (text: string) => (received += text)).write(post() + upgrade(protocol));
      await new Promise((resolve) => socket.on('close', resolve));
      expect(received).toBe('');
    });

    it.each([
      ['h2c', '426'],
      ['websocket', '101'],
    ])('to %s is answered when they are', async (protocol, status) => {
      const socket = await open();
      socket.write(post());
      const [first] = (await once(socket, 'data')) as [string];
      socket.write(upgrade(protocol));
      const [second] = (await once(socket, 'data')) as [string];
      socket.destroy();
      expect([first.slice(0, 13), second.slice(0, 13)]).toEqual(['HTTP/1.1 200 ', `HTTP/1.1 ${status} `]);
    });
  });
});

describe('a request', () => {
  it('is answered with the upstream’s events, one per frame', async () => {
    const { url, logs } = await start();
    const token = newToken(answer('text'));
    const client = await connect(url);
    client.send(create('openai-responses', [say(token)], { background: false, store: false }));
    expect(await client.answer()).toEqual(eventsOf('openai-responses/text.stream'));
    expect(upstream.calls(token).map(({ path, body }) => ({ path, body }))).toEqual([
      { path: '/v1/responses', body: { model: 'openai-responses', store: false, input: [say(token)], stream: true } },
    ]);
    expect(requestLines(logs)).toMatchObject([{ path: '/v1/responses', status: 200, end: 'complete', transport: 'websocket' }]);
  });

  it.each(['openai-chat', 'anthropic-messages', 'gemini-generate', 'codex'])('is translated for %s', async (model) => {
    const { url } = await start();
    const client = await connect(url);
    client.send(create(model, newToken(answer('text'))));
    const frames = await client.answer();
    expect(textIn(frames)).toBe('Wireproof says ok.');
    expect(frames.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      ...frames.filter(({ type }) => type === 'response.output_text.delta').map(({ type }) => type),
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('may be answered by an upstream that does not stream', async () => {
    const { url } = await start();
    const client = await connect(url);
    client.send(create('openai-responses', newToken(replay('openai-responses/text'))));
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
  });

  it('is told what was lost, in the first event', async () => {
    const { url } = await start();
    const client = await connect(url);
    client.send(create('gemini-generate', newToken(answer('text')), { truncation: 'auto' }));
    const frames = await client.answer();
    expect(frames.map(({ headers }) => headers)).toEqual([
      { 'wireproof-losses': 'extensions.openai-responses.truncation' },
      ...frames.slice(1).map(() => undefined),
    ]);
  });

  it('may follow others before they are answered; all are answered in order', async () => {
    const { url } = await start();
    const client = await connect(url);
    const slow = newToken(replay({ exchange: 'openai-chat/text.stream', delayMs: 100 }));
    client.send(create('openai-chat', slow));
    client.send('{');
    client.send({ type: 'response.processed', response_id: 'x' });
    client.send(create('anthropic-messages', newToken(answer('tool-call'))));
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
    expect((await client.answer()).map(({ status }) => status)).toEqual([400]);
    expect((await client.answer()).at(-1)).toMatchObject({ response: { output: [{ type: 'function_call', name: 'lookup' }] } });
  });

  it('is compressed both ways when it is large', async () => {
    const { url } = await start();
    const client = await connect(url, { ...asClient, perMessageDeflate: { threshold: 0 } });
    const token = newToken(answer('text'));
    client.send(create('openai-responses', [say(token + 'x'.repeat(5_000))]));
    expect(client.socket.extensions).toContain('permessage-deflate');
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
  });
});

describe('the official client', () => {
  it('has its turns answered, and its errors as errors', async () => {
    const { url } = await start();
    const sdk = new ResponsesWS(new OpenAI({ apiKey: 'right', baseURL: `${url}/v1` }), { reconnect: null });
    const said = sdk.stream()[Symbol.asyncIterator]();
    const heard = async (): Promise<string> => {
      const { value } = (await said.next()) as { readonly value: ResponsesStreamMessage };
      if (value.type === 'error') return `thrown: ${JSON.stringify(value.error.error)}`;
      const type = value.type === 'message' ? value.message.type : value.type;
      return type === 'response.completed' ? type : heard();
    };
    sdk.send({ type: 'response.create', model: 'anthropic-messages', input: newToken(answer('text')) });
    expect(await heard()).toBe('response.completed');
    sdk.send({ type: 'response.create', model: 'openai-responses', input: newToken(replay('openai-responses/missing-output')) });
    expect(await heard()).toMatch(/^thrown: \{"type":"error","status":400,"error":\{/);
    sdk.close();
  });
});

describe('a conversation', () => {
  const output = (id: string): readonly unknown[] => (eventsOf(id).at(-1) as { response: { output: readonly unknown[] } }).response.output;
  const inputs = (token: string): readonly unknown[] => upstream.calls(token).map(({ body }) => (body as { input: unknown }).input);

  it('goes up whole with each turn', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const client = await connect(url);
    client.send(create('openai-responses', `first ${token}`));
    const id = (await client.answer()).at(-1)?.response?.id;
    client.send(create('openai-responses', [say('second')], { previous_response_id: id }));
    await client.answer();
    expect(inputs(token)).toEqual([`first ${token}`, [say(`first ${token}`), ...output('openai-responses/text.stream'), say('second')]]);
    expect(upstream.calls(token).map(({ body }) => Object.keys(body as object))).toEqual([
      ['model', 'input', 'stream'],
      ['model', 'input', 'stream'],
    ]);
  });

  it('starts anew without previous_response_id', async () => {
    const { url } = await start();
    const token = newToken(answer('text'));
    const client = await connect(url);
    for (const text of ['one', 'two']) {
      client.send(create('openai-responses', [say(`${text} ${token}`)]));
      await client.answer();
    }
    expect(inputs(token)).toEqual([[say(`one ${token}`)], [say(`two ${token}`)]]);
  });

  it.each(['openai-responses', 'openai-chat', 'anthropic-messages', 'gemini-generate'] as const)(
    'carries a tool call: %s',
    async (model) => {
      const { url } = await start();
      const token = newToken(answer('text').when(({ callIndex }) => callIndex === 0, answer('tool-call')));
      const tools = [{ type: 'function', name: 'lookup', parameters: { type: 'object', properties: { city: { type: 'string' } } } }];
      const client = await connect(url);
      client.send(create(model, [say(token)], { tools }));
      const done = (await client.answer()).at(-1)?.response as unknown as {
        id: string;
        output: readonly { type: string; call_id: string }[];
      };
      const callId = done.output.find(({ type }) => type === 'function_call')?.call_id;
      const result = { type: 'function_call_output', call_id: callId, output: 'sunny' };
      client.send(create(model, [result], { tools, previous_response_id: done.id }));
      expect(textIn(await client.answer())).toBe('Wireproof says ok.');
      const second = JSON.stringify(upstream.calls(token)[1]?.body);
      expect([second.includes('Berlin'), second.includes('sunny'), second.includes(token)]).toEqual([true, true, true]);
    },
  );

  it('may begin with a warm-up, which asks nobody', async () => {
    const { url, logs } = await start();
    const token = newToken(answer('text'));
    const client = await connect(url);
    client.send(create('openai-responses', [say(`warm ${token}`)], { generate: false }));
    const warm = await client.answer();
    expect(warm.map(({ type, response }) => [type, response?.id])).toEqual([
      ['response.created', 'resp_prewarm_id-1'],
      ['response.in_progress', 'resp_prewarm_id-1'],
      ['response.completed', 'resp_prewarm_id-1'],
    ]);
    expect(warm.at(-1)?.response).toMatchObject({ output: [], status: 'completed', usage: { total_tokens: 0 } });
    expect(upstream.calls(token)).toEqual([]);
    client.send(create('openai-responses', [say('real')], { previous_response_id: 'resp_prewarm_id-1' }));
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
    expect(inputs(token)).toEqual([[say(`warm ${token}`), say('real')]]);
    expect(requestLines(logs).map(({ warmUp, status }) => [warmUp, status])).toEqual([
      [true, 200],
      [undefined, 200],
    ]);
  });

  it('goes on from what was streamed when the end of an answer repeats none of it', async () => {
    const item = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: 'ok' }] };
    const events = [
      { type: 'response.created', response: { id: 'resp_9', model: 'm' } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { id: 'resp_9', status: 'completed', output: [] } },
    ];
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        asked.push(JSON.parse(Buffer.concat(pieces).toString()));
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const said = [...events.map((event) => JSON.stringify(event, undefined, 1)), '"error" {', '[DONE]'];
        response.end(said.map((data) => `data: ${data.replaceAll('\n', '\ndata: ')}\n\n`).join(''));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const base = { 'base-url': `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const { url } = await start({ 'openai-compatibility': [{ ...compatible('openai-responses'), ...base }] });
    const client = await connect(url);
    for (const more of [{}, { previous_response_id: 'resp_9' }]) {
      client.send(create('openai-responses', [say('go')], more));
      expect(await client.answer()).toEqual(events);
    }
    expect(asked.map((body) => (body as { input: unknown }).input)).toEqual([[say('go')], [say('go'), item, say('go')]]);
    server.close();
  });

  it('cannot continue what this socket has not said', async () => {
    const { url } = await start();
    const client = await connect(url);
    client.send(create('openai-responses', [], { previous_response_id: 'resp_abc' }));
    expect(await client.answer()).toEqual([
      invalid("Previous response with id 'resp_abc' not found.", 'previous_response_id', 'previous_response_not_found'),
    ]);
  });

  it('is not changed by a turn that failed', async () => {
    const { url } = await start();
    const token = newToken(answer('text').when(({ callIndex }) => callIndex === 1, 'openai-responses/server-error'));
    const client = await connect(url);
    client.send(create('openai-responses', [say(token)]));
    const id = (await client.answer()).at(-1)?.response?.id;
    const again = create('openai-responses', [say('again')], { previous_response_id: id });
    client.send(again);
    expect((await client.answer()).map(({ type }) => type)).toEqual(['error']);
    client.send(again);
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
    const [, failed, repeated] = inputs(token);
    expect(repeated).toEqual(failed);
  });

  it('is refused when it outgrows the limit, and the socket goes on', async () => {
    const { url } = await start({ 'max-request-body-bytes': 2_000 });
    const token = newToken(answer('text'));
    const client = await connect(url);
    client.send(create('openai-responses', [say(token + 'x'.repeat(1_000))]));
    const id = (await client.answer()).at(-1)?.response?.id;
    client.send(create('openai-responses', [say('y'.repeat(1_000))], { previous_response_id: id }));
    expect((await client.answer()).map(({ status }) => status)).toEqual([413]);
    client.send(create('openai-responses', [say(token)]));
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
  });
});

describe('an error frame', () => {
  it.each<[string, string | Buffer | object, object]>([
    ['no JSON', 'hello', { status: 400 }],
    ['no object', '[]', invalid('The message must be a JSON object.')],
    ['binary', Buffer.from('{}'), invalid('Expected a text frame with JSON, got a binary frame.')],
    ['no type', {}, invalid('Expected "type" to be "response.create", got nothing.', 'type')],
    ['another type', { type: 'response.append' }, invalid('Expected "type" to be "response.create", got "response.append".', 'type')],
    ['no model', { type: 'response.create', input: [] }, { status: 400, error: { param: 'model' } }],
    ['a stream id', create('codex', [], { stream_id: 's' }), { status: 400, error: { param: 'stream_id' } }],
    ['an unknown model', create('nobody', []), { status: 404, error: { code: 'model_not_found' } }],
    ['an unknown model to warm up', create('nobody', [], { generate: false }), { status: 404, error: { code: 'model_not_found' } }],
    [
      'a body that only nests',
      `{"type":"response.create","model":"gemini-generate","tools":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      { status: 400 },
    ],
  ])('answers %s, and the socket stays', async (_name, message, expected) => {
    const { url, logs } = await start();
    const client = await connect(url);
    client.send(message);
    expect(await client.next()).toMatchObject({ type: 'error', ...expected });
    client.send(create('openai-chat', newToken(answer('text'))));
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  const errorIn = (id: string): unknown => {
    const [chunk] = exchange(id).response.chunks;
    return (JSON.parse(chunk !== undefined && 'utf8' in chunk ? chunk.utf8 : '{}') as { error: unknown }).error;
  };

  it('tells an upstream’s 400 as it came', async () => {
    const { url, logs } = await start();
    const client = await connect(url);
    client.send(create('openai-responses', newToken(replay('openai-responses/missing-output'))));
    expect(await client.answer()).toEqual([{ type: 'error', status: 400, error: errorIn('openai-responses/missing-output') }]);
    expect(requestLines(logs)).toMatchObject([{ status: 400, end: 'refused', transport: 'websocket' }]);
  });

  it('tells when to come back after a 429', async () => {
    const { url } = await start();
    const client = await connect(url);
    client.send(create('openai-responses', newToken(replay('openai-responses/rate-limited'))));
    expect(await client.answer()).toEqual([
      {
        type: 'error',
        status: 429,
        error: errorIn('openai-responses/rate-limited'),
        headers: { 'retry-after': '7', 'retry-after-ms': '1' },
      },
    ]);
    client.send(create('anthropic-messages', newToken(replay('anthropic-messages/rate-limited'))));
    expect(await client.next()).toMatchObject({ type: 'error', status: 429, error: { type: 'rate_limit_error' } });
  });

  it.each([
    ['openai-responses', 'reset'],
    ['openai-responses', 'clean-eof'],
    ['openai-chat', 'eof'],
    ['anthropic-messages', 'mid-chunk'],
  ] as const)('ends an answer that %s breaks off (%s)', async (model, ending) => {
    const { url, logs } = await start();
    const client = await connect(url);
    client.send(create(model, newToken(replay({ exchange: `${model}/text.stream`, fault: { afterEvents: 3, ending } }))));
    const frames = await client.answer();
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.at(-1)).toMatchObject({ type: 'error', status: 502, error: { type: 'server_error', code: 'upstream_bad_answer' } });
    expect(requestLines(logs).map(({ end }) => end)).toEqual(['broken-stream']);
    client.send(create('openai-chat', newToken(answer('text'))));
    expect(textIn(await client.answer())).toBe('Wireproof says ok.');
  });

  it.each(['openai-responses', 'anthropic-messages'] as const)('carries the error event of %s with a status', async (model) => {
    const { url } = await start();
    const client = await connect(url);
    client.send(create(model, newToken(replay({ exchange: `${model}/text.stream`, fault: { afterEvents: 3, ending: 'error-event' } }))));
    const last = (await client.answer()).at(-1);
    expect(last).toMatchObject({ type: 'error', error: { message: expect.any(String) as string } });
    expect(last?.status).toBeGreaterThanOrEqual(500);
  });

  it('says that an upstream is silent', async () => {
    const { url } = await start({ 'request-timeout-seconds': 1 });
    const client = await connect(url);
    client.send(
      create('openai-chat', newToken(replay({ exchange: 'openai-chat/text.stream', fault: { afterEvents: 2, ending: 'stall' } }))),
    );
    expect((await client.answer()).at(-1)).toMatchObject({ type: 'error', status: 504, error: { code: 'upstream_timeout' } });
  });
});

describe('limits', () => {
  it.each([false, true])('a message that is too big is refused and ends the socket (compressed: %s)', async (compressed) => {
    const { url, logs } = await start({ 'max-request-body-bytes': 2_000 });
    const client = await connect(url, { ...asClient, perMessageDeflate: compressed ? { threshold: 0 } : false });
    client.send(create('openai-chat', 'x'.repeat(2_001)));
    expect(await client.next()).toEqual({
      type: 'error',
      status: 413,
      error: {
        message: 'The message is larger than 2000 bytes, the limit of this proxy.',
        type: 'invalid_request_error',
        param: null,
        code: 'request_too_large',
      },
    });
    expect(await client.closed()).toEqual({ code: 1009, reason: 'message too big' });
    expect(requestLines(logs)).toMatchObject([{ status: 413, end: 'refused', error: 'request_too_large', transport: 'websocket' }]);
  });

  it.each<[string, number, string, (client: WebSocket, connection: Socket) => void]>([
    ['text that is no UTF-8', 1007, 'no valid UTF-8', (client) => client.send(Buffer.from([0xc3, 0x28]), { binary: false })],
    ['a frame that is none', 1002, 'no valid frame', (_client, connection) => connection.write(Buffer.from([0x8f, 0x80, 0, 0, 0, 0]))],
  ])('%s is told and ends the socket', async (_what, code, reason, send) => {
    const { url, logs } = await start();
    const connection = connectTo(Number(new URL(url).port), '127.0.0.1');
    const client = await connect(url, { ...asClient, perMessageDeflate: false, createConnection: () => connection });
    send(client.socket, connection);
    expect(await client.next()).toEqual(invalid('What came is no valid WebSocket frame, or no valid UTF-8.'));
    expect(await client.closed()).toEqual({ code, reason });
    expect(requestLines(logs)).toMatchObject([{ status: 400, end: 'refused', transport: 'websocket' }]);
  });

  it('a head beyond the limits is 431', async () => {
    const { url } = await start();
    const { status } = await refusal(url, { headers: { ...asClient.headers, 'x-long': 'x'.repeat(20_000) } });
    expect(status).toBe(431);
  });

  it('more bytes of requests than one may have wait for nothing', async () => {
    const { url } = await start({ 'max-request-body-bytes': 2_000 });
    const token = newToken(replay({ exchange: 'openai-chat/text', delayMs: 60_000 }));
    const client = await connect(url);
    for (let count = 0; count < 3; count += 1) client.send(create('openai-chat', `${token} ${'x'.repeat(900)}`));
    while (upstream.calls(token).length === 0) await new Promise((resolve) => setImmediate(resolve));
    client.send(create('openai-chat', `${token} ${'x'.repeat(900)}`));
    const message = 'More than 16 requests, or 2000 bytes of them, wait on this socket.';
    expect(await client.next()).toMatchObject({ type: 'error', status: 400, error: { message } });
    expect(await client.closed()).toEqual({ code: 1008, reason: 'too many requests wait' });
  });

  it('more requests than a client would have wait for nothing', async () => {
    const { url } = await start();
    const token = newToken(replay({ exchange: 'openai-chat/text', delayMs: 60_000 }));
    const client = await connect(url);
    for (let count = 0; count < 18; count += 1) client.send(create('openai-chat', token));
    expect(await client.next()).toMatchObject({ type: 'error', status: 400 });
    expect(await client.closed()).toEqual({ code: 1008, reason: 'too many requests wait' });
  });
});

describe('a proxy that drains', () => {
  it('lets a running answer end, refuses the next request with a frame, and then says goodbye', async () => {
    const tree = { ...configuration() };
    const proxy = await openProxy(parseConfig(tree), {});
    apps.push(proxy.app);
    const client = await connect(await proxy.app.listen({ host: '127.0.0.1', port: 0 }));
    const token = newToken(replay({ exchange: 'openai-chat/text.stream', dribble: { bytes: 200, everyMs: 5 } }));
    client.send(create('openai-chat', token));
    await client.next();
    const drained = proxy.drain();
    client.send(create('openai-chat', newToken(answer('text'))));
    expect((await client.answer()).at(-1)?.type).toBe('response.completed');
    await drained;
    expect(await client.next()).toEqual({
      type: 'error',
      status: 503,
      error: { message: 'This proxy is shutting down.', type: 'server_error', param: null, code: 'shutting_down' },
      headers: { 'retry-after': '1' },
    });
    await proxy.app.close();
    expect(await client.closed()).toEqual({ code: 1001, reason: 'the proxy is shutting down' });
  });
});

describe('a client that waits', () => {
  it('is pinged while the upstream is silent, and no timer stays', async () => {
    const timers = new Map<object, { readonly ms: number; readonly fire: () => void }>();
    const after: Clock['after'] = (ms, fire) => {
      const id = {};
      const restart = (): void => void timers.set(id, { ms, fire });
      restart();
      return { restart, stop: () => void timers.delete(id) };
    };
    const ofSockets = (): readonly { readonly ms: number; readonly fire: () => void }[] =>
      [...timers.values()].filter(({ ms }) => ms === pingMs || ms === idleMs);
    const { url } = await start({}, { now: () => 1_770_000_000_000, after });
    const client = await connect(url);
    const token = newToken(replay({ exchange: 'openai-chat/text.stream', delayMs: 60_000 }));
    client.send(create('openai-chat', token));
    while (upstream.calls(token).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const pinged = once(client.socket, 'ping');
    for (const { fire } of ofSockets()) fire();
    await pinged;
    expect([client.socket.readyState, ofSockets().length]).toEqual([WebSocket.OPEN, 2]);
    client.socket.terminate();
    await upstream.settled(token, 2_000);
    while (ofSockets().length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(ofSockets()).toEqual([]);
  });
});

describe('the end of a socket', () => {
  const stalled = (): string => newToken(replay({ exchange: 'openai-chat/text.stream', dribble: { bytes: 500, everyMs: 60_000 } }));

  it.each(['close', 'terminate'] as const)('by the client (%s) ends the upstream’s work', async (how) => {
    const { url, logs, connections } = await start();
    const token = stalled();
    const client = await connect(url);
    client.send(create('openai-chat', token));
    await client.next();
    client.socket[how]();
    await upstream.settled(token, 2_000);
    expect(upstream.calls(token).map(({ receipt }) => receipt?.ended)).toEqual(['client-left']);
    await client.closed();
    while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(requestLines(logs)).toMatchObject([{ status: 499, end: 'client-left' }]);
  });

  it('by a client that reads nothing more ends the upstream’s work when its close frame comes', async () => {
    const { url, logs } = await start();
    const token = stalled();
    const client = await connect(url);
    client.send(create('openai-chat', token));
    client.send(create('openai-chat', token));
    await client.next();
    client.socket.pause();
    client.socket.close();
    await upstream.settled(token, 2_000);
    expect(upstream.calls(token).map(({ receipt }) => receipt?.ended)).toEqual(['client-left']);
    expect(requestLines(logs)).toMatchObject([{ status: 499, end: 'client-left' }]);
  });

  it('by the proxy is told with 1001, idle or not, and leaves nothing open', async () => {
    const { app, url, logs, connections } = await start();
    const token = stalled();
    const [idle, busy] = [await connect(url), await connect(url)];
    busy.send(create('openai-chat', token));
    busy.send(create('openai-chat', token));
    await busy.next();
    await app.close();
    const goodbye = { code: 1001, reason: 'the proxy is shutting down' };
    expect([await idle.closed(), await busy.closed(), await connections()]).toEqual([goodbye, goodbye, 0]);
    expect(requestLines(logs)).toMatchObject([{ status: 200, end: 'cut-off' }]);
    await upstream.settled(token, 2_000);
    expect(upstream.calls(token).map(({ receipt }) => receipt?.ended)).toEqual(['client-left']);
  });

  it('by the proxy does not wait for a client that says nothing', async () => {
    const { app, url, connections } = await start();
    const client = await connect(url);
    client.socket.pause();
    await app.close();
    expect(await connections()).toBe(0);
  });
});
