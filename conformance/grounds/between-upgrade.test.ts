import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import type { Between } from '#scenarios/kit/grounds/between';

import { startCollector } from './between-collector.ts';
import { placeOf, upgradeLines } from './between-upgrade.ts';
import { placeBetween } from './between.ts';
import type { Middlebox } from './middlebox.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A target that says what handshakes and plain requests show of a key, and gives messages back. */
const startTarget = async (): Promise<string> => {
  const server = createServer((request, response) => response.end(String(request.headers.authorization)));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    socket.send(JSON.stringify({ url: request.url, key: request.headers.authorization, agent: request.headers['user-agent'] }));
    socket.on('message', (data: Buffer) => socket.send(`${data.toString()}!`));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closers.push(() => new Promise((closed) => server.close(closed)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const through = async (start: (origin: string) => Promise<Middlebox>): Promise<readonly unknown[]> => {
  const { url, stop } = await start(await startTarget());
  closers.push(stop);
  const headers = { authorization: 'Bearer key', 'user-agent': 'caller' };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/a?b=c`, { headers });
  const heard: unknown[] = [];
  const code = await new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      heard.push(heard.length === 0 ? JSON.parse(data.toString()) : data.toString());
      if (heard.length === 1) socket.send('hello');
      else socket.close(4000);
    });
    socket.on('close', resolve);
  });
  const posted = await fetch(url, { method: 'POST', headers, body: 'x' });
  return [...heard, code, await posted.text()];
};

const ways: readonly (readonly [string, (between: Between) => (origin: string) => Promise<Middlebox>])[] = [
  ['of our own', (between) => (origin) => startCollector(origin, between)],
  ['of this machine', (between) => (origin) => placeBetween(origin, between)],
];

describe.each(ways)('a reverse proxy %s', (_whose, start) => {
  it.each<readonly [NonNullable<Between['upgrades']>, object]>([
    ['whole', { url: '/a?b=c', key: 'Bearer key', agent: 'caller' }],
    ['without-authorization', { url: '/a?b=c', agent: 'caller' }],
  ])('hands upgrades on %s, and plain requests with all they have', async (upgrades, shake) => {
    expect(await through(start({ buffering: 'never', upgrades }))).toEqual([shake, 'hello!', 4000, 'Bearer key']);
  });

  it('takes none unless it is to', async () => {
    expect(await through(start({ buffering: 'never' }))).toEqual([1006, 'Bearer key']);
  });
});

describe('the reverse proxy of our own', () => {
  it.each([
    ['http://[::1]:8317', { host: '::1', port: 8317, secure: false }],
    ['http://llm.example', { host: 'llm.example', port: 80, secure: false }],
    ['https://llm.example', { host: 'llm.example', port: 443, secure: true }],
  ])('takes the place from the URL: %s', (url, place) => {
    expect(placeOf(new URL(url))).toEqual(place);
  });

  it('speaks TLS where the URL says so', async () => {
    let first: number | undefined;
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes: Buffer) => {
        [first] = bytes;
        socket.destroy();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    closers.push(() => new Promise((closed) => server.close(closed)));
    const { port } = server.address() as AddressInfo;
    const { url, stop } = await startCollector(`https://127.0.0.1:${port}`, { buffering: 'never', upgrades: 'whole' });
    closers.push(stop);
    await new Promise((closed) => new WebSocket(url.replace('http', 'ws')).on('error', () => undefined).on('close', closed));
    // The type of a TLS record that begins a handshake.
    expect(first).toBe(22);
  });
});

it('nginx hears nothing of upgrades that nobody spoke of', () => {
  expect(upgradeLines(undefined)).toEqual([]);
});
