import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import type { Message } from './defect.ts';
import { newSocketShim, type SocketWay } from './socket-shim.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

const listen = async (server: ReturnType<typeof createServer>): Promise<string> => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A proxy that greets, gives each message back, and closes at `bye`; it refuses who shows no key. */
const startProxy = (): Promise<string> => {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, rest: Buffer) => {
    if (request.headers.authorization !== 'Bearer key') {
      connection.end('HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
      return;
    }
    sockets.handleUpgrade(request, connection, rest, (socket) => {
      socket.send('welcome');
      socket.on('message', (data: Buffer, isBinary) => {
        if (data.toString() === 'bye') socket.close(4001, 'bye');
        else socket.send(data, { binary: isBinary });
      });
    });
  });
  closers.push(() => sockets.clients.forEach((client) => client.terminate()));
  return listen(server);
};

const startShim = async (way: SocketWay): Promise<string> => {
  const shim = newSocketShim(await startProxy(), way, new Map());
  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, rest: Buffer) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const { connection: _own, host: _host, ...kept } = headers;
    const message: Message = { method: 'GET', path: request.url ?? '/', headers: kept, body: Buffer.alloc(0), chunked: false };
    void shim.take(message, request, connection, rest);
  });
  closers.push(() => shim.close());
  return listen(server);
};

/** What a caller hears, to the end of its socket: frames as text, binary ones in brackets, then the code and reason of the end. */
const heard = async (way: SocketWay, messages: readonly (string | Buffer)[], key = 'key'): Promise<readonly unknown[]> => {
  const socket = new WebSocket((await startShim(way)).replace('http', 'ws'), { headers: { authorization: `Bearer ${key}` } });
  const all: unknown[] = [];
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response: IncomingMessage) => resolve([response.statusCode]));
    socket.on('error', () => undefined);
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('message', (data: Buffer, isBinary) => all.push(isBinary ? [...data] : data.toString()));
    socket.on('close', (code, reason) => resolve([...all, code, reason.toString()]));
  });
};

it('hands everything on where a defect says nothing: frames, their kind, the end and a refusal', async () => {
  expect(await heard({}, ['a', Buffer.from([0, 255]), 'bye'])).toEqual(['welcome', 'a', [0, 255], 4001, 'bye']);
  expect(await heard({}, [], 'another')).toEqual([401]);
});

it('lets a defect change, answer, repeat and drop frames of either side, and remember within a socket', async () => {
  const way: SocketWay = {
    frames: ({ from, text }, seen) => {
      if (from === 'proxy') return text === 'welcome' ? [] : [{ pass: `<${text}>` }];
      const count = Number(seen.get('count') ?? 0) + 1;
      seen.set('count', count);
      return text === 'bye' ? [{ pass: text }] : [{ answer: `no ${count}` }, { pass: text }, { pass: text }];
    },
  };
  const all = await heard(way, ['a', 'b', 'bye']);
  const repeated = all.filter((frame) => String(frame).startsWith('<'));
  expect(repeated).toEqual(['<a>', '<a>', '<b>', '<b>']);
  expect(all.filter((frame) => !repeated.includes(frame))).toEqual(['no 1', 'no 2', 4001, 'bye']);
});

it('lets a defect close or cut a socket behind what it sent', async () => {
  const end = (move: { readonly close: { readonly code: number; readonly reason: string } } | { readonly cut: true }): SocketWay => ({
    frames: ({ from, text }) => (from === 'caller' ? [{ answer: 'last words' }, move] : [{ pass: text }]),
  });
  expect((await heard(end({ close: { code: 4000, reason: 'enough' } }), ['a'])).slice(-3)).toEqual(['last words', 4000, 'enough']);
  expect((await heard(end({ cut: true }), ['a'])).slice(-3)).toEqual(['last words', 1006, '']);
});

it('lets a defect change a handshake, or refuse it', async () => {
  const withoutKey: SocketWay = { upgrade: ({ headers: { authorization: _lost, ...headers }, ...message }) => ({ ...message, headers }) };
  expect(await heard(withoutKey, [])).toEqual([401]);
  expect(await heard({ upgrade: () => ({ status: 404, headers: {}, body: Buffer.from('no') }) }, [])).toEqual([404]);
});
