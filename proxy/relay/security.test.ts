import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface RawUpstream {
  readonly base: string;
  /** Each request as it stood on the wire. */
  readonly requests: string[];
  readonly connections: () => number;
}

/** Answers every request with the bytes that it is given, whatever they are. */
const rawUpstream = async (answers: readonly string[]): Promise<RawUpstream> => {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let held = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      held += data.toString('latin1');
      const head = held.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
      if (head < 0 || held.length < head + 4 + length) return;
      requests.push(held.slice(0, head + 4 + length));
      held = held.slice(head + 4 + length);
      socket.write(answers[Math.min(requests.length, answers.length) - 1] ?? '', 'latin1');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, connections: () => sockets.length };
};

const ok =
  '{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}';
const answerOf = (body: string, headers = '', status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${Buffer.from(body).toString('latin1')}`;

const start = async (base: string, more: object = {}): Promise<{ readonly app: FastifyInstance; readonly url: string }> => {
  const vendor = (name: string): object => [{ 'api-key': 'upstream-key', 'base-url': base, models: [{ name }] }];
  const app = await buildProxy({
    config: {
      'api-keys': ['client-key'],
      'openai-compatibility': [
        { name: 'up', 'base-url': base, 'api-key-entries': [{ 'api-key': 'upstream-key' }], models: [{ name: 'openai-chat' }] },
        {
          name: 'r',
          'base-url': base,
          'wire-api': 'responses',
          'api-key-entries': [{ 'api-key': 'k' }],
          models: [{ name: 'openai-responses' }],
        },
      ],
      'claude-api-key': vendor('anthropic-messages'),
      'gemini-api-key': vendor('gemini-generate'),
      'request-timeout-seconds': 5,
      ...more,
    },
  });
  closing.unshift(() => app.close());
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
};

/** Everything that one connection gives after these bytes; ended by the proxy or, after an answer with a length, by us. */
const raw = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('data', (data) => {
      received += data.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(received)?.[1];
      if (head >= 0 && length !== undefined && received.length >= head + 4 + Number(length)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.write(bytes, 'latin1');
  });

const question = '{"model":"openai-chat","messages":[{"role":"user","content":"hi"}]}';
const post = (headers: string, body = question): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer client-key\r\n${headers}\r\n${body}`;
const sized = (headers: string): string => post(`${headers}content-length: ${question.length}\r\n`);

const headersIn = (message: string): Record<string, string> =>
  Object.fromEntries(
    message
      .slice(0, message.indexOf('\r\n\r\n'))
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );

const statusIn = (message: string): number => Number(message.slice(9, 12));

describe('headers', () => {
  it("of a connection, and the client's own, do not reach the upstream", async () => {
    const upstream = await rawUpstream([answerOf(ok)]);
    const { url } = await start(upstream.base);
    const hops =
      'connection: keep-alive, x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=5\r\nte: trailers\r\ntrailer: x-t\r\nproxy-authorization: p\r\n';
    const own = 'proxy-connection: close\r\ncookie: c=1\r\nx-forwarded-for: 10.0.0.1\r\nforwarded: for=x\r\nx-anything: 1\r\n';
    expect(statusIn(await raw(url, sized(hops + own)))).toBe(200);
    const [request = ''] = upstream.requests;
    const { 'user-agent': agent, ...headers } = headersIn(request);
    expect(agent).toMatch(/^wireproof-proxy\//);
    expect(headers).toEqual({
      host: new URL(upstream.base).host,
      connection: 'keep-alive',
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: 'Bearer upstream-key',
      'accept-encoding': 'identity',
      'content-length': String(question.length),
    });
  });

  const hops =
    'connection: keep-alive, x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=9\r\nproxy-authenticate: Basic\r\nset-cookie: s=1\r\nserver: s\r\n' +
    'access-control-allow-origin: *\r\nlocation: /x\r\nupgrade: h2c\r\nx-request-id: req-1\r\n';

  it.each([
    [200, answerOf(ok, hops)],
    [400, answerOf('{"error":{"message":"no","type":"t","param":null,"code":null}}', hops, '400 Bad Request')],
  ])('of the upstream do not reach the client beside what it can use: %i', async (status, answer) => {
    const upstream = await rawUpstream([answer]);
    const { url } = await start(upstream.base);
    const response = await raw(url, sized(''));
    expect([statusIn(response), Object.keys(headersIn(response)).toSorted()]).toEqual([
      status,
      ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'wireproof-request-id', 'x-request-id'],
    ]);
    expect(headersIn(response)).toMatchObject({ connection: 'keep-alive', 'keep-alive': 'timeout=72', 'x-request-id': 'req-1' });
  });

  it.each([
    [200, answerOf(ok, 'x-request-id: r\u00f0\u009f\u0098\u0080\r\nretry-after: 7\r\n')],
    [429, answerOf('{"error":{"message":"no"}}', 'x-request-id: r\u00f0\u009f\u0098\u0080\r\nretry-after: 7\r\n', '429 Too Many')],
  ])('that cannot be written again are left out, and the answer goes on: %i', async (status, answer) => {
    const upstream = await rawUpstream([answer]);
    const { url } = await start(upstream.base);
    const response = await raw(url, sized(''));
    const { 'x-request-id': id, 'retry-after': after } = headersIn(response);
    expect([statusIn(response), id, after]).toEqual([status, undefined, '7']);
  });
});

describe('no request rides on another', () => {
  it.each([
    [
      'a length and chunks',
      post(`content-length: 5\r\ntransfer-encoding: chunked\r\n`, '0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'),
    ],
    ['two lengths', post('content-length: 5\r\ncontent-length: 60\r\n')],
    ['chunks that are not last', post('transfer-encoding: chunked, identity\r\n', '0\r\n\r\n')],
    ['a coding that is unknown', post('transfer-encoding: xchunked\r\n', '0\r\n\r\n')],
    ['a folded header', post(`x-a: 1\r\n content-length: 3\r\n`)],
    ['a space before the colon', post(`content-length : ${question.length}\r\n`)],
    ['a line feed in a value', sized('x-a: 1\nx-b: 2\r\n')],
    ['a chunk size that is none', post('transfer-encoding: chunked\r\n', '5x\r\nhello\r\n0\r\n\r\n')],
    ['a chunk longer than its size', post('transfer-encoding: chunked\r\n', '2\r\nhello\r\n0\r\n\r\n')],
  ])('%s in a request is refused', async (_what, bytes) => {
    const upstream = await rawUpstream([answerOf(ok)]);
    const { url } = await start(upstream.base);
    const response = await raw(url, bytes);
    expect([response.match(/HTTP\/1\.1 \d+/g), upstream.requests]).toEqual([['HTTP/1.1 400'], []]);
  });

  it('a body in chunks goes on with one length', async () => {
    const upstream = await rawUpstream([answerOf(ok)]);
    const { url } = await start(upstream.base);
    const half = question.length >> 1;
    const chunk = (text: string): string => `${text.length.toString(16)};ext=1\r\n${text}\r\n`;
    const chunks = `${chunk(question.slice(0, half))}${chunk(question.slice(half))}0\r\nx-trailer: 1\r\n\r\n`;
    expect(statusIn(await raw(url, post('transfer-encoding: chunked\r\n', chunks)))).toBe(200);
    const [request = ''] = upstream.requests;
    const { 'content-length': length, 'transfer-encoding': coding, 'x-trailer': trailer } = headersIn(request);
    expect([length, coding, trailer, request.endsWith(`\r\n\r\n${question}`)]).toEqual([
      String(question.length),
      undefined,
      undefined,
      true,
    ]);
  });

  const chunked = `${ok.length.toString(16)}\r\n${ok}\r\n0\r\n\r\n`;

  it.each([
    ['a length and chunks', `HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`],
    ['two lengths', `HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\n${ok}`],
    ['no HTTP', 'wireproof\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(70_000)}`],
  ])('%s in an answer is a bad upstream', async (_what, bytes) => {
    const upstream = await rawUpstream([bytes]);
    const { url } = await start(upstream.base);
    const response = await raw(url, sized(''));
    expect([statusIn(response), response.includes('"type":"server_error"')]).toEqual([502, true]);
  });

  it('an answer behind an answer is given to nobody', async () => {
    const evil = answerOf('{"evil":true}');
    const upstream = await rawUpstream([answerOf(ok) + evil, answerOf(ok)]);
    const { url } = await start(upstream.base);
    const responses = [await raw(url, sized('')), await raw(url, sized('')), await raw(url, sized(''))];
    expect(responses.map((response) => [statusIn(response), response.endsWith(ok)])).toEqual([
      [200, true],
      [200, true],
      [200, true],
    ]);
    expect(upstream.connections()).toBeGreaterThan(1);
  });

  it('a body that is cut where its length says it ends does not pass for an answer', async () => {
    const upstream = await rawUpstream([
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60\r\n\r\n${ok.slice(0, 60)}`,
    ]);
    const { url } = await start(upstream.base);
    expect(statusIn(await raw(url, sized('')))).toBe(502);
  });
});

describe('limits', () => {
  it('a head over 16 KiB is 431', async () => {
    const upstream = await rawUpstream([answerOf(ok)]);
    const { url } = await start(upstream.base);
    expect([statusIn(await raw(url, sized(`x-long: ${'x'.repeat(20_000)}\r\n`))), upstream.requests]).toEqual([431, []]);
  });

  it.each([200, 2_100])('%i headers beside those that are needed are 431', async (count) => {
    const upstream = await rawUpstream([answerOf(ok)]);
    const { url } = await start(upstream.base);
    expect([statusIn(await raw(url, sized('x: 1\r\n'.repeat(count)))), upstream.requests]).toEqual([431, []]);
  });

  it.each([
    ['plain', {}, Buffer.alloc(2_000, ' ')],
    ['gzip', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000_000, ' '))],
  ])('a body over the limit is 413: %s', async (_what, headers, body) => {
    const upstream = await rawUpstream([answerOf(ok)]);
    const { url } = await start(upstream.base, { 'max-request-body-bytes': body.length > 2_000 ? 1_000_000 : 1_000 });
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer client-key', ...headers },
      body: new Uint8Array(body),
    });
    expect([response.status, upstream.requests]).toEqual([413, []]);
    expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
  });

  it.each(['openai-chat', 'anthropic-messages'])(
    'an answer that only nests is a bad upstream where %s has to translate it',
    async (client) => {
      const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
      const wire = `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"f","args":${deep}}}]},"finishReason":"STOP"}]}`;
      const upstream = await rawUpstream([answerOf(wire)]);
      const { app } = await start(upstream.base);
      const messages = [{ role: 'user', content: 'hi' }];
      const path = client === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';
      const payload = { model: 'gemini-generate', max_tokens: 9, messages };
      const response = await app.inject({ method: 'POST', url: path, headers: { authorization: 'Bearer client-key' }, payload });
      expect([response.statusCode, response.json()]).toMatchObject([
        502,
        { error: { message: expect.stringContaining('nested') as unknown } },
      ]);
    },
  );
});

describe('addresses', () => {
  it.each([301, 302, 303, 307, 308])('a redirect is an answer, not an order: %i', async (status) => {
    const elsewhere = await rawUpstream([answerOf(ok)]);
    const upstream = await rawUpstream([answerOf('', `location: ${elsewhere.base}/chat/completions\r\n`, `${status} Moved`)]);
    const { url } = await start(upstream.base);
    const response = await raw(url, sized(''));
    expect([statusIn(response), response.toLowerCase().includes('location'), elsewhere.connections()]).toEqual([502, false, 0]);
  });

  it.each(['http://169.254.169.254/v1/chat/completions', '//10.0.0.1/v1/chat/completions'])(
    'the request line names no upstream: %s',
    async (line) => {
      const upstream = await rawUpstream([answerOf(ok)]);
      const { url } = await start(upstream.base);
      const response = await raw(url, sized('').replace('/v1/chat/completions', line));
      // Whichever way it is read, the only place to go is the configured one.
      expect([404, 200]).toContain(statusIn(response));
      expect(upstream.requests.length).toBe(statusIn(response) === 200 ? 1 : 0);
    },
  );

  it.each(['file:///etc/passwd', 'ftp://10.0.0.1', 'unix:/run/x.sock', '10.0.0.1:80'])(
    'a base URL of another kind is refused: %s',
    async (base) => {
      await expect(start(base)).rejects.toThrow('an http or https URL');
    },
  );

  const image = (href: string) => ({
    'openai-chat': ['/v1/chat/completions', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: href } }] }] }],
    'openai-responses': ['/v1/responses', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: href }] }] }],
    'anthropic-messages': [
      '/v1/messages',
      { max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: href } }] }] },
    ],
    'gemini-generate': [
      '/v1beta/models/MODEL:generateContent',
      { contents: [{ role: 'user', parts: [{ fileData: { mimeType: 'image/png', fileUri: href } }] }] },
    ],
  });
  const names = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;

  it.each(names)('the image that %s names by its URL is passed on and never fetched', async (client) => {
    const images = await rawUpstream([answerOf('')]);
    const href = `${images.base}/secret.png`;
    const upstream = await rawUpstream([answerOf(ok)]);
    const { app } = await start(upstream.base);
    const [path, payload] = image(href)[client] as [string, object];
    for (const model of names) {
      await app.inject({
        method: 'POST',
        url: path.replace('MODEL', model),
        headers: { authorization: 'Bearer client-key' },
        payload: { model, ...payload },
      });
    }
    expect(upstream.requests.map((request) => request.includes(href))).toEqual([true, true, true, true]);
    expect(images.connections()).toBe(0);
  });
});
