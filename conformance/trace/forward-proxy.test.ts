import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Address } from './address.ts';
import { proxyVariables, startForwardProxy } from './forward-proxy.ts';
import { listenOnLoopback, type Listening } from './listen.ts';
import type { Seen } from './seen.ts';

type Told = Omit<Seen, 'atMs'>;

let target: Listening;
let elsewhere: Listening;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  target = await listenOnLoopback(createServer((incoming, response) => response.end(`target ${incoming.url}`)));
  elsewhere = await listenOnLoopback(createServer((incoming, response) => response.end(`elsewhere ${incoming.url}`)));
  closing.push(target.close, elsewhere.close);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const start = async (letThrough = false, onTold: () => void = () => undefined) => {
  const told: Told[] = [];
  const proxy = await startForwardProxy({
    relay: { host: '127.0.0.1', port: 1 },
    verdictOn: ({ port }: Address) => (port === target.address.port ? 'through' : 'bypass'),
    letThrough,
    tell: (seen) => {
      told.push(seen);
      onTold();
    },
  });
  closing.push(proxy.close);
  return { ...proxy, told };
};

const through = async (proxy: Listening, url: string): Promise<readonly [number | undefined, string]> => {
  const outgoing = request({ host: proxy.address.host, port: proxy.address.port, path: url, headers: { host: new URL(url).host } }).end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return [answer.statusCode, Buffer.concat((await answer.toArray()) as Buffer[]).toString()];
};

/** What a tunnel says to a request for its place, and then to one inside of it. */
const tunnelled = async (proxy: Listening, place: string): Promise<string> => {
  const socket = connect(proxy.address.port, proxy.address.host);
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  if (!first.toString().includes(' 200 ')) {
    socket.destroy();
    return first.toString().split('\r\n')[0] ?? '';
  }
  socket.write('GET /inside HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
};

describe('the forward proxy', () => {
  it('passes on what is for the target', async () => {
    const proxy = await start();
    expect(await through(proxy, `${target.url}/v1/models?key=k`)).toEqual([200, 'target /v1/models?key=k']);
    expect(await tunnelled(proxy, new URL(target.url).host)).toContain('target /inside');
    const about = { by: 'forward-proxy', to: new URL(target.url).host, verdict: 'through' };
    expect(proxy.told).toEqual([
      { ...about, kind: 'request', method: 'GET', path: '/v1/models?key=…', status: 200 },
      { ...about, kind: 'connection' },
    ]);
  });

  it('lets nothing leave the machine past the target', async () => {
    const proxy = await start();
    expect(await through(proxy, 'http://vendor.invalid/v1')).toEqual([
      403,
      'wireproof trace lets nothing leave past the target: vendor.invalid:80 (--let-through does)\n',
    ]);
    expect(await tunnelled(proxy, 'vendor.invalid:443')).toBe('HTTP/1.1 403 Forbidden');
    const about = { by: 'forward-proxy', verdict: 'bypass', refused: true };
    expect(proxy.told).toEqual([
      { ...about, kind: 'request', to: 'vendor.invalid:80', method: 'GET', path: '/v1' },
      { ...about, kind: 'connection', to: 'vendor.invalid:443' },
    ]);
  });

  it('tells of what stays on the machine, and hands it on', async () => {
    const proxy = await start();
    expect(await through(proxy, `${elsewhere.url}/x`)).toEqual([200, 'elsewhere /x']);
    expect(await tunnelled(proxy, new URL(elsewhere.url).host)).toContain('elsewhere /inside');
    expect(proxy.told.map(({ kind, verdict, refused }) => [kind, verdict, refused])).toEqual([
      ['request', 'bypass', undefined],
      ['connection', 'bypass', undefined],
    ]);
  });

  it('lets out what it is told to let out', async () => {
    const proxy = await start(true);
    // This machine, by an address that does not look like it.
    const place = `0.0.0.0:${elsewhere.address.port}`;
    expect(await through(proxy, `http://${place}/x`)).toEqual([200, 'elsewhere /x']);
    expect(await tunnelled(proxy, place)).toContain('elsewhere /inside');
    const kept = await start();
    expect((await through(kept, `http://${place}/x`))[0]).toBe(403);
    expect(await tunnelled(kept, place)).toBe('HTTP/1.1 403 Forbidden');
  });

  it('passes on what names a user too, and the path as it is written', async () => {
    const proxy = await start();
    const { host } = new URL(target.url);
    for (const user of ['', '%zz@', 'me:secret-text@']) {
      const socket = connect(proxy.address.port, proxy.address.host);
      socket.write(`GET http://${user}${host}/v1/../a'{x} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(Buffer.concat((await socket.toArray()) as Buffer[]).toString()).toContain("target /v1/../a'{x}");
    }
    expect(proxy.told.map(({ to, status, verdict }) => [to, status, verdict])).toEqual(
      Array.from({ length: 3 }, () => [host, 200, 'through']),
    );
  });

  it('says so when nobody is there', async () => {
    const proxy = await start();
    expect((await through(proxy, 'http://127.0.0.1:1/x'))[0]).toBe(502);
    expect(await tunnelled(proxy, '127.0.0.1:1')).toBe('HTTP/1.1 502 Bad Gateway');
  });

  it('says nothing into a tunnel whose other end breaks', async () => {
    const place = createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())).listen(0, '127.0.0.1');
    await once(place, 'listening');
    closing.push(async () => void place.close());
    const proxy = await start();
    const client = connect(proxy.address.port, proxy.address.host);
    const said: Buffer[] = [];
    const { host } = new URL(`http://127.0.0.1:${(place.address() as AddressInfo).port}`);
    client.write(`CONNECT ${host} HTTP/1.1\r\nHost: a\r\n\r\n`);
    client
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        said.push(bytes);
        if (said.length === 1) client.write('hello');
      });
    await once(client, 'close');
    expect(Buffer.concat(said).toString()).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
  });

  it('lets go of a place that it still connects to when the client is gone', async () => {
    const place = createTcpServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(place, 'listening');
    const { port } = place.address() as AddressInfo;
    // Closing breaks the client's connection, after the other one was begun and before it is there.
    const proxy = await start(false, () => setImmediate(() => void proxy.close()));
    const client = connect(proxy.address.port, proxy.address.host);
    client.on('error', () => undefined).write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const [behind] = (await once(place, 'connection')) as [Socket];
    await once(behind, 'close');
    place.close();
    expect(proxy.told).toHaveLength(1);
  });

  it('refuses what asks for no place', async () => {
    const proxy = await start();
    const answer = await fetch(`${proxy.url}/v1/models`);
    expect([answer.status, await answer.text()]).toEqual([400, 'this is a forward proxy: CONNECT, or a whole http:// URL\n']);
    expect(await tunnelled(proxy, 'no:place:at:all')).toBe('HTTP/1.1 400 Bad Request');
    expect(proxy.told).toEqual([]);
  });

  it('is given under every name by which clients look for one, without exceptions', () => {
    const url = 'http://127.0.0.1:1';
    expect(proxyVariables(url)).toEqual({
      HTTP_PROXY: url,
      http_proxy: url,
      HTTPS_PROXY: url,
      https_proxy: url,
      ALL_PROXY: url,
      all_proxy: url,
      NO_PROXY: '',
      no_proxy: '',
    });
  });
});
