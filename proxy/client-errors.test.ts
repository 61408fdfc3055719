import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { buildProxy } from './app.ts';
import { ClientErrors } from './client-errors.ts';
import type { ProxyLogLine } from './options.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Started {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly logs: ProxyLogLine[];
}

const start = async (): Promise<Started> => {
  const logs: ProxyLogLine[] = [];
  const app = await buildProxy({ config: { 'api-keys': ['right'] }, onLog: (line) => logs.push(line) });
  closing.push(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: (app.server.address() as AddressInfo).port, logs };
};

/** All that a connection is told until the proxy ends it, which it has to do by itself. */
const told = async (port: number, pieces: readonly string[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', () => undefined);
  const ended = once(socket, 'close');
  for (const piece of pieces) await written(socket, piece);
  await ended;
  return received;
};

const written = (socket: Socket, piece: string): Promise<void> =>
  new Promise((resolve) => {
    socket.write(piece, 'latin1', () => resolve());
  });

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Without the request's id, which what is no request has none of. */
const requestLines = (logs: readonly ProxyLogLine[]) =>
  logs.filter(({ fields }) => fields.event === 'request').map(({ fields: { requestId: _id, ...fields } }) => fields);

/** The parts of one answer, of which there must be only one. */
const read = (answer: string) => {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [status, ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => field.split(': ') as [string, string]));
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(Number(headers['content-length'])).toBe(body.length);
  return { status, type: headers['content-type'], connection: headers.connection, body: JSON.parse(body) as unknown };
};

const openAi = (message: string, code: string) => ({ error: { message, type: 'invalid_request_error', param: null, code } });
const anthropic = (message: string) => ({ type: 'error', error: { type: 'invalid_request_error', message } });
const google = (code: number, message: string) => ({ error: { code, message, status: expect.any(String) as unknown } });

/** Per path, the envelope of an error. */
const envelopes: readonly (readonly [string, (status: number, message: string, code: string) => unknown])[] = [
  ['/v1/chat/completions', (_status, message, code) => openAi(message, code)],
  ['/v1/responses', (_status, message, code) => openAi(message, code)],
  ['/v1/messages', (_status, message) => anthropic(message)],
  ['/v1beta/models/m:generateContent', (status, message) => google(status, message)],
];

const json = 'application/json; charset=utf-8';
const post = (path: string, fields: string, body = ''): string => `POST ${path}?key=right HTTP/1.1\r\nhost: x\r\n${fields}\r\n${body}`;
const large = (bytes: number): string => `x-long: ${'x'.repeat(bytes)}\r\n`;

describe.each(envelopes)('%s', (path, envelope) => {
  const refusal = (status: number, words: string, message: string, code: string) => ({
    status: `HTTP/1.1 ${status} ${words}`,
    type: json,
    connection: 'close',
    body: envelope(status, message, code),
  });
  const tooLarge = refusal(
    431,
    'Request Header Fields Too Large',
    "The request's headers are larger than 16384 bytes, the limit of this proxy.",
    'headers_too_large',
  );
  const notHttp = (code: string) => refusal(400, 'Bad Request', `The request is not valid HTTP (${code}).`, 'invalid_request');
  const chunked = 'transfer-encoding: chunked\r\n';

  it.each([
    ['that can still be read', [post(path, large(20_000))]],
    ['that can still be read, in pieces', [`POST ${path} HTTP/1.1\r\nx: `, 'y'.repeat(9_000), 'y'.repeat(9_000), '\r\nhost: x\r\n\r\n']],
    ['that cannot', [post(path, large(65_400))]],
  ])('a head %s is 431', async (_which, pieces) => {
    const { port, logs } = await start();
    expect(read(await told(port, pieces))).toEqual(tooLarge);
    expect(requestLines(logs)).toMatchObject([{ method: 'POST', path, status: 431, end: 'refused', error: 'headers_too_large' }]);
  });

  it('more headers than may be are 431', async () => {
    const { port } = await start();
    const message = 'The request has more than 200 headers, the limit of this proxy.';
    const seen = read(await told(port, [post(path, 'x: 1\r\n'.repeat(200))]));
    expect(seen).toEqual(refusal(431, 'Request Header Fields Too Large', message, 'headers_too_large'));
  });

  it.each([
    ['a header without colon', 'HPE_INVALID_HEADER_TOKEN', post(path, 'hello\r\n')],
    ['a folded header', 'HPE_INVALID_HEADER_TOKEN', post(path, 'x-a: 1\r\n content-length: 3\r\n')],
    ['two lengths', 'HPE_UNEXPECTED_CONTENT_LENGTH', post(path, 'content-length: 5\r\ncontent-length: 60\r\n')],
    ['a length that is none', 'HPE_INVALID_CONTENT_LENGTH', post(path, 'content-length: -5\r\n')],
    ['a length and chunks', 'HPE_INVALID_TRANSFER_ENCODING', post(path, `content-length: 5\r\n${chunked}`, '0\r\n\r\n')],
    ['chunks, then something else', 'HPE_INVALID_TRANSFER_ENCODING', post(path, 'transfer-encoding: chunked, gzip\r\n')],
    ['a wrong version', 'HPE_INVALID_VERSION', post(path, '').replace('HTTP/1.1', 'HTTP/9.9')],
  ])('%s is 400', async (_what, code, bytes) => {
    const { port, logs } = await start();
    expect(read(await told(port, [bytes]))).toEqual(notHttp(code));
    expect(requestLines(logs)).toMatchObject([{ method: 'POST', path, status: 400, end: 'refused', error: 'invalid_request' }]);
  });

  it.each([
    ['no number', 'zz\r\n'],
    ['a number with a sign', '+5\r\nhello\r\n'],
    ['more than it holds', '3\r\nhello\r\n0\r\n\r\n'],
    ['beyond all numbers', 'fffffffffffffffff\r\n'],
  ])('a chunk whose size is %s is 400, and the log has one line of it', async (_what, body) => {
    const { port, logs } = await start();
    const seen = read(await told(port, [post(path, chunked), body]));
    expect({ ...seen, body: undefined }).toEqual({ ...notHttp(''), body: undefined });
    expect(JSON.stringify(seen.body)).toMatch(/not valid HTTP \(HPE_[A-Z_]+\)/);
    // The handler that waited for the body learns of its end when the connection has closed.
    while (requestLines(logs).length === 0) await nextTurn();
    expect(requestLines(logs)).toMatchObject([{ method: 'POST', path, status: 400, end: 'refused' }]);
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a head of which only the end was seen', () => {
  it.each([
    ['nothing', '', openAi],
    ['a header of Anthropic', 'anthropic-version: 2023-06-01\r\n', anthropic],
    ['a header of Google', 'x-goog-api-key: k\r\n', (words: string) => ({ google: words })],
  ])('is answered by what it has: %s', async (_what, fields, envelope) => {
    const dialects: Readonly<Record<string, (message: string) => unknown>> = {
      'openai-chat': (message) => openAi(message, 'invalid_request'),
      'anthropic-messages': anthropic,
      'gemini-generate': (message) => ({ google: message }),
    };
    const errors = new ClientErrors({ envelope: (id, info) => dialects[id]?.(info.message), log: () => undefined });
    const socket = new PassThrough();
    errors.answer(Object.assign(new Error('no'), { code: 'HPE_X', rawPacket: Buffer.from(`ng: x\r\n${fields}\r\n`) }), socket);
    const body = envelope('The request is not valid HTTP (HPE_X).', 'invalid_request');
    expect(read(await text(socket))).toEqual({ status: 'HTTP/1.1 400 Bad Request', type: json, connection: 'close', body });
  });
});

describe('a client that is too slow', () => {
  it.each([
    ['with its head', 'GET /v1/messages HTTP/1.1\r\nhost: x\r\n'],
    ['with its body', 'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{'],
  ])('%s is 408 and its connection ends', async (_what, bytes) => {
    const envelope = (id: string, info: object) => ({ id, ...info });
    const errors = new ClientErrors({ envelope, log: () => undefined });
    const server = createServer({ headersTimeout: 20, requestTimeout: 20, connectionsCheckingInterval: 5 });
    server.on('clientError', errors.answer);
    errors.watch(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closing.push(() => server.close());
    expect(read(await told((server.address() as AddressInfo).port, [bytes]))).toEqual({
      status: 'HTTP/1.1 408 Request Timeout',
      type: json,
      connection: 'close',
      body: { id: expect.any(String) as unknown, status: 408, code: 'request_timeout', message: 'The request did not arrive in time.' },
    });
  });
});

describe('a connection with an answer under way', () => {
  it('is ended without a refusal that would be taken for that answer', async () => {
    const errors = new ClientErrors({ envelope: () => ({}), log: () => undefined });
    const server = createServer(() => undefined).on('clientError', errors.answer);
    errors.watch(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closing.push(() => server.close());
    expect(await told((server.address() as AddressInfo).port, ['GET / HTTP/1.1\r\nhost: x\r\n\r\n', 'no HTTP\r\n\r\n'])).toBe('');
  });
});

describe('after a refusal', () => {
  const fault = Object.assign(new Error('no'), { code: 'HPE_X' });
  const refuse = () => {
    const errors = new ClientErrors({ envelope: () => ({}), log: () => undefined });
    const socket = new PassThrough();
    errors.answer(fault, socket);
    return { errors, socket };
  };

  it('no connection stays', async () => {
    const { app, port } = await start();
    await told(port, [post('/v1/messages', large(70_000))]);
    const connections = (): Promise<number> =>
      new Promise((resolve, reject) => {
        app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      });
    while ((await connections()) > 0) await nextTurn();
    expect(await connections()).toBe(0);
  });

  it('no timer stays when the connection has closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    closing.push(() => vi.useRealTimers());
    const { socket } = refuse();
    expect(vi.getTimerCount()).toBe(1);
    await text(socket);
    expect([socket.destroyed, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('a client that does not read it is cut off', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    closing.push(() => vi.useRealTimers());
    const { socket } = refuse();
    vi.advanceTimersByTime(999);
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(socket.destroyed).toBe(true);
  });

  it('nothing more is said, whatever the client goes on to send', async () => {
    const { errors, socket } = refuse();
    errors.answer(fault, socket);
    expect(read(await text(socket)).body).toEqual({});
  });
});
