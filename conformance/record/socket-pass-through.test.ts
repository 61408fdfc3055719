import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import type { Captured } from './captured.ts';
import { type PassThrough, startPassThrough } from './pass-through.ts';
import { heard } from './testing/capturing.ts';
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
  return { address: `${passThrough.url.replace('http', 'ws')}/v1/responses`, captured, passThrough };
};

/** More than all buffers between two sides hold: there is room for a few. */
const messages = 16;
const megabyte = Buffer.alloc(1024 * 1024);

interface Talk {
  readonly from: WebSocket;
  readonly to: WebSocket;
}

/** A socket through the pass-through, and which of its ends listens. */
const talk = async (address: string, listener: 'client' | 'upstream'): Promise<Talk> => {
  const accepted = new Promise<WebSocket>((resolve) => {
    upstream.once('connection', resolve);
  });
  const client = new WebSocket(address, { perMessageDeflate: false });
  const [there] = await Promise.all([accepted, once(client, 'open')]);
  for (const side of [client, there]) side.on('error', () => undefined); // the close that follows tells
  return listener === 'client' ? { from: there, to: client } : { from: client, to: there };
};

/** All messages at once. */
const shout = ({ from }: Talk): void => {
  for (let count = 0; count < messages; count += 1) from.send(megabyte);
};

const hear = ({ to }: Talk): Promise<void> =>
  new Promise((resolve) => {
    let left = messages;
    to.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });

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

  it('tells of what is still open when it is closed, before that is done, and ends both sides', async () => {
    const { address, captured, passThrough } = await setUp();
    const accepted = new Promise<WebSocket>((resolve) => {
      upstream.once('connection', resolve);
    });
    const client = new WebSocket(address);
    await once(client, 'open');
    const ends = [once(client, 'close'), once(await accepted, 'close')];
    const first = await Promise.race([captured, passThrough.close()]);
    expect(first?.spoiled).toEqual({ by: 'stopped', detail: 'wireproof record was stopped before the end' });
    expect((await Promise.all(ends)).map(([code]) => code as unknown)).toEqual([1_006, 1_006]);
  });

  it('tells of a handshake that still runs when it is closed', async () => {
    let onAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      onAsked = resolve;
    });
    const raw = await startRawUpstream(() => onAsked());
    const { address, captured, passThrough } = await setUp(raw.url);
    const client = new WebSocket(address);
    const failed = once(client, 'error');
    await asked;
    await passThrough.close();
    expect((await captured).spoiled?.by).toBe('stopped');
    expect(await failed).toMatchObject([{ message: 'socket hang up' }]);
    await raw.close();
  });

  it('tells of a client whose handshake is none, and ends the upstream', async () => {
    const { captured, passThrough } = await setUp();
    const upstreamEnded = new Promise((resolve) => {
      upstream.once('connection', (socket) => socket.once('close', resolve));
    });
    const client = connect(Number(new URL(passThrough.url).port), '127.0.0.1', () =>
      client.write('GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n'),
    );
    const [line] = (await heard(client)).split('\r\n');
    expect([line, (await captured).spoiled?.by, await upstreamEnded]).toEqual(['HTTP/1.1 400 Bad Request', 'client-left', 1_006]);
  });

  it.each(['client', 'upstream'] as const)('reads no more from one side than the %s does', async (slow) => {
    const { address } = await setUp();
    const [held, free] = [await talk(address, slow), await talk(address, slow)];
    held.to.pause();
    shout(held);
    shout(free);
    // As much came through beside it: all of it would have been taken by now.
    await hear(free);
    const waiting = held.from.bufferedAmount;
    const all = hear(held);
    held.to.resume();
    await all;
    expect(waiting).toBeGreaterThan(messages * megabyte.length * 0.25);
  });

  it('closes a side that it held up', async () => {
    const { address, captured } = await setUp(undefined, 100 * megabyte.length);
    const [held, free] = [await talk(address, 'upstream'), await talk(address, 'upstream')];
    held.to.pause();
    shout(held);
    shout(free);
    await hear(free);
    const closed = once(held.from, 'close');
    // It reads nothing of what waits for it, so it gets no answer to its close.
    held.to.close(4_001);
    held.to.terminate();
    const [code] = await closed;
    expect([code, (await captured).socket?.ends]).toEqual([4_001, 'close']);
  }, 10_000);
});
