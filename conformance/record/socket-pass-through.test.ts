import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import type { Captured } from './captured.ts';
import { type PassThrough, startPassThrough } from './pass-through.ts';
import { startRawUpstream } from './testing/raw-upstream.ts';

let upstream: WebSocketServer;
beforeEach(async () => {
  upstream = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: (names) => [...names].at(-1) ?? false });
  await new Promise((resolve) => {
    upstream.once('listening', resolve);
  });
});
const open: PassThrough[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  for (const client of upstream.clients) client.terminate();
  await new Promise((resolve) => {
    upstream.close(resolve);
  });
});

const setUp = async (url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, mostBytes = 10_000) => {
  let told: (captured: Captured) => void = () => undefined;
  const captured = new Promise<Captured>((resolve) => {
    told = resolve;
  });
  const options = { host: '127.0.0.1', port: 0, mostBytes, idleMs: 20_000, plain: false, now: () => 1_000 };
  const passThrough = await startPassThrough({ ...options, upstream: url, onCaptured: (one) => told(one) });
  open.push(passThrough);
  return { address: `${passThrough.url.replace('http', 'ws')}/v1/responses`, captured };
};

const framesOf = ({ socket }: Captured) => socket?.frames.map(({ from, kind, data, code }) => [from, kind, data.toString(), code]);

describe('a pass-through of WebSockets', () => {
  it('keeps and hands on the messages of both sides, pings, the protocol and the close', async () => {
    const { address, captured } = await setUp();
    const headers = new Promise((resolve) => {
      upstream.once('connection', (socket, { headers: { authorization } }) => {
        resolve(authorization);
        socket.send('hello');
        socket.on('message', (_data, isBinary) => {
          if (isBinary) socket.close(4_001, 'enough');
          else socket.ping('are you there');
        });
        socket.on('pong', () => socket.send(Buffer.from([1, 2]), { binary: true }));
      });
    });
    const client = new WebSocket(address, ['a', 'b'], { headers: { authorization: 'Bearer x' } });
    const seen: unknown[] = [];
    client.on('message', (data: Buffer, isBinary) => {
      seen.push([data.toString('latin1'), isBinary]);
      client.send(isBinary ? Buffer.from([3]) : 'and you', { binary: isBinary });
    });
    const [code, reason] = await new Promise<[number, string]>((resolve) => {
      client.once('close', (closedWith: number, why: Buffer) => resolve([closedWith, why.toString()]));
    });
    expect([client.protocol, await headers, code, reason]).toEqual(['b', 'Bearer x', 4_001, 'enough']);
    expect(seen).toEqual([
      ['hello', false],
      ['\u0001\u0002', true],
    ]);
    const one = await captured;
    expect([one.socket?.protocol, one.socket?.ends, one.spoiled]).toEqual(['b', 'close', undefined]);
    expect(framesOf(one)).toEqual([
      ['upstream', 'text', 'hello', undefined],
      ['client', 'text', 'and you', undefined],
      ['upstream', 'ping', 'are you there', undefined],
      ['client', 'pong', 'are you there', undefined],
      ['upstream', 'binary', '\u0001\u0002', undefined],
      ['client', 'binary', '\u0003', undefined],
      ['upstream', 'close', 'enough', 4_001],
    ]);
  });

  it('ends the client as the upstream ended', async () => {
    const { address, captured } = await setUp();
    upstream.once('connection', (socket) => socket.send('half', () => socket.terminate()));
    const client = new WebSocket(address);
    const code = await new Promise((resolve) => {
      client.once('close', resolve);
    });
    const one = await captured;
    expect([code, one.socket?.ends, one.spoiled, framesOf(one)]).toEqual([
      1_006,
      'fin',
      undefined,
      [['upstream', 'text', 'half', undefined]],
    ]);
  });

  it('tells that the client left', async () => {
    const { address, captured } = await setUp();
    upstream.once('connection', (socket) => socket.send('hello'));
    const client = new WebSocket(address);
    client.once('message', () => client.terminate());
    expect((await captured).spoiled?.by).toBe('client-left');
  });

  it('keeps nothing of a socket that carries too much', async () => {
    const { address, captured } = await setUp(undefined, 100);
    upstream.once('connection', (socket) => socket.send('x'.repeat(101), () => socket.close()));
    const client = new WebSocket(address);
    const size = await new Promise((resolve) => {
      client.once('message', (data: Buffer) => resolve(data.length));
    });
    const { socket } = await captured;
    expect([size, socket?.tooLarge, socket?.frames]).toEqual([101, true, []]);
  });

  it('hands on that a handshake was refused', async () => {
    const raw = await startRawUpstream((socket) => void socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'));
    const { address, captured } = await setUp(raw.url);
    const client = new WebSocket(address);
    const message = await new Promise((resolve) => {
      client.once('error', (error) => resolve(error.message));
    });
    await raw.close();
    expect([message, (await captured).spoiled]).toEqual([
      'Unexpected server response: 401',
      { by: 'no-answer', detail: 'the upstream answered the handshake with 401' },
    ]);
  });
});
