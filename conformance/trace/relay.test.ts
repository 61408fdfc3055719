import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { startRelay } from './relay.ts';
import type { Seen } from './seen.ts';

type Told = Omit<Seen, 'atMs'>;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const serve = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return urlOf(server);
};

/** A target that says this to whatever it is asked, byte by byte as it stands here. */
const serveText = async (text: string): Promise<string> => {
  const server = createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(text, 'latin1')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** All that comes until the connection ends. */
const raw = async (url: string, text: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(text, 'latin1');
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1');
};

const unreachable = { error: { message: 'wireproof trace could not reach the target', type: 'trace_error' } };
const webSocket =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
const closes = 'Host: a\r\nConnection: close\r\n';

const relayTo = async (target: string): Promise<{ readonly url: string; readonly told: Told[] }> => {
  const told: Told[] = [];
  const relay = await startRelay(new URL(target), (seen) => void told.push(seen));
  closing.push(relay.close);
  return { url: relay.url, told };
};

const seen = (target: string, method: string, path: string, status?: number): Told => ({
  by: 'relay',
  kind: 'request',
  to: new URL(target).host,
  verdict: 'through',
  method,
  path,
  ...(status !== undefined && { status }),
});

describe('the relay', () => {
  it('hands a request and its answer on as they are, for the host they go to, and tells of it without its key', async () => {
    const target = await serve(
      createServer((incoming, response) => {
        void (async () => {
          const pieces: Buffer[] = [];
          for await (const piece of incoming) pieces.push(piece as Buffer);
          response.writeHead(201, 'Made Up', { 'Set-Cookie': ['a=1', 'b=2'], 'Content-Type': 'text/plain' });
          response.end(JSON.stringify([incoming.url, incoming.rawHeaders, Buffer.concat(pieces).toString()]));
        })();
      }),
    );
    const relay = await relayTo(target);
    const outgoing = request(`${relay.url}/v1/messages?beta=true&key=secret-text`, {
      method: 'POST',
      headers: { 'X-Odd': 'Two', Authorization: 'Bearer k' },
    });
    outgoing.end('body');
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const body = Buffer.concat((await answer.toArray()) as Buffer[]).toString();
    expect([answer.statusCode, answer.statusMessage, answer.headers['set-cookie']]).toEqual([201, 'Made Up', ['a=1', 'b=2']]);
    const [path, headers, text] = JSON.parse(body) as [string, string[], string];
    expect([path, text]).toEqual(['/v1/messages?beta=true&key=secret-text', 'body']);
    expect(headers).toEqual(expect.arrayContaining(['X-Odd', 'Two', 'Authorization', 'Bearer k', 'Host', new URL(target).host]));
    expect(relay.told).toEqual([seen(target, 'POST', '/v1/messages?beta=true&key=…', 201)]);
  });

  it('hands each piece of a stream on before the next one is there, and a break as a break', async () => {
    let goOn = (): void => undefined;
    const target = await serve(
      createServer((_incoming, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
        goOn = () => response.destroy();
      }),
    );
    const relay = await relayTo(target);
    const answer = await fetch(`${relay.url}/v1/responses`, { method: 'POST' });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 1\n\n');
    goOn();
    await expect(reader.read()).rejects.toThrow('terminated');
  });

  it('lets go of the target when the client leaves', async () => {
    let gone: Promise<unknown> = Promise.resolve();
    const target = await serve(
      createServer((_incoming, response) => {
        gone = once(response, 'close');
        response.writeHead(200).write('x');
      }),
    );
    const relay = await relayTo(target);
    const leave = new AbortController();
    const answer = await fetch(relay.url, { signal: leave.signal });
    leave.abort();
    await gone;
    expect(answer.status).toBe(200);
  });

  it('passes a WebSocket on, also what is said on it', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (message: Buffer) => socket.send(`heard ${message.toString()}`)));
    const target = await serve(server);
    const relay = await relayTo(target);
    const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/v1/responses`);
    await once(socket, 'open');
    socket.send('hello');
    const [heard] = (await once(socket, 'message')) as [Buffer];
    socket.close();
    await once(socket, 'close');
    expect(heard.toString()).toBe('heard hello');
    expect(relay.told).toEqual([seen(target, 'GET', '/v1/responses', 101)]);
  });

  it('says which upgrade was refused', async () => {
    const server = createServer();
    server.on('upgrade', (_incoming, socket) =>
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    );
    const target = await serve(server);
    const relay = await relayTo(target);
    const socket = new WebSocket(relay.url.replace('http', 'ws'));
    const [error] = (await once(socket, 'error').catch((error: unknown) => [error])) as [Error];
    expect(error.message).toBe('Unexpected server response: 426');
    expect(relay.told).toEqual([seen(target, 'GET', '/', 426)]);
  });

  it('answers 502 for a target that is not there', async () => {
    const relay = await relayTo('http://127.0.0.1:1');
    const answer = await fetch(`${relay.url}/v1/models`);
    expect([answer.status, await answer.json()]).toEqual([502, unreachable]);
    expect(relay.told).toEqual([seen('http://127.0.0.1:1', 'GET', '/v1/models')]);
  });

  it('is no way to another host', async () => {
    const target = await serve(createServer((incoming, response) => response.end(incoming.url)));
    const relay = await relayTo(target);
    const answer = await raw(relay.url, `GET //elsewhere.example/x HTTP/1.1\r\n${closes}\r\n`);
    expect(answer).toContain('//elsewhere.example/x');
    expect(relay.told).toEqual([seen(target, 'GET', '//elsewhere.example/x', 200)]);
  });
});

describe('a target that does not speak well', () => {
  it('has a reason that cannot be said again left out', async () => {
    const target = await serveText('HTTP/1.1 200 O\u0001K\r\ncontent-length: 2\r\n\r\nok');
    const relay = await relayTo(target);
    const answer = await fetch(relay.url);
    expect([answer.status, answer.statusText, await answer.text()]).toEqual([200, '', 'ok']);
    expect(relay.told).toEqual([seen(target, 'GET', '/', 200)]);
  });

  it.each([99, 0])('has a status of %i told, and the client gets 502', async (status) => {
    const target = await serveText(`HTTP/1.1 ${String(status).padStart(3, '0')} Odd\r\ncontent-length: 2\r\n\r\nok`);
    const relay = await relayTo(target);
    const answer = await fetch(relay.url);
    expect([answer.status, await answer.json()]).toEqual([502, unreachable]);
    expect(relay.told).toEqual([seen(target, 'GET', '/', status)]);
  });

  it('may switch protocols without being asked to: that is told, and the client does not wait', async () => {
    const target = await serveText('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    const relay = await relayTo(target);
    const answer = await fetch(relay.url, { signal: AbortSignal.timeout(5_000) });
    expect([answer.status, await answer.json()]).toEqual([502, unreachable]);
    expect(relay.told).toEqual([seen(target, 'GET', '/', 101)]);
  });
});

describe('what is passed on', () => {
  it('is said in the bytes of the target, and nothing is added that it has not said', async () => {
    const relay = await relayTo(await serveText('HTTP/1.1 200 J\u00f6\r\nX-Who: J\u00f6rg\r\nContent-Length: 2\r\n\r\nok'));
    const answer = await raw(relay.url, `GET / HTTP/1.1\r\n${closes}\r\n`);
    expect(answer.split('\r\n')).toEqual(['HTTP/1.1 200 J\u00f6', 'X-Who: J\u00f6rg', 'Content-Length: 2', 'Connection: close', '', 'ok']);
  });

  it('is the refusal of a WebSocket that breaks off, as far as it came', async () => {
    const relay = await relayTo(await serveText('HTTP/1.1 401 J\u00f6\r\nContent-Length: 20\r\n\r\nno k'));
    const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
    socket.write(`GET /v1/responses HTTP/1.1\r\nHost: a\r\n${webSocket}\r\n`);
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => void pieces.push(piece)).on('error', () => undefined);
    await once(socket, 'close');
    expect(Buffer.concat(pieces).toString('latin1')).toContain('HTTP/1.1 401 J\u00f6\r\nContent-Length: 20\r\nconnection: close\r\n\r\n');
  });

  it('is the refusal of a WebSocket with its body, also where that came in chunks', async () => {
    const target = await serveText(
      'HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n12\r\n{"error":"no key"}\r\n0\r\n\r\n',
    );
    const relay = await relayTo(target);
    const answer = await raw(relay.url, `GET /v1/responses HTTP/1.1\r\nHost: a\r\n${webSocket}\r\n`);
    expect(answer.split('\r\n')).toEqual([
      'HTTP/1.1 401 Unauthorized',
      'content-type: application/json',
      'connection: close',
      '',
      '{"error":"no key"}',
    ]);
  });

  it('has no chunks for a client of HTTP/1.0', async () => {
    const target = await serve(
      createServer((_incoming, response) => {
        response.write('hello ');
        setImmediate(() => response.end('world'));
      }),
    );
    const relay = await relayTo(target);
    const answer = await raw(relay.url, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    expect(answer.split('\r\n\r\n')[1]).toBe('hello world');
    expect(answer.toLowerCase()).not.toContain('transfer-encoding');
  });

  it('may have long headers in both directions', async () => {
    const long = 'j'.repeat(60_000);
    const target = await serve(
      createServer({ maxHeaderSize: 256 * 1024 }, (incoming, response) =>
        response.writeHead(200, { 'x-long': String(incoming.headers['x-long']) }).end(),
      ),
    );
    const relay = await relayTo(target);
    const answer = await raw(relay.url, `GET / HTTP/1.1\r\n${closes}X-Long: ${long}\r\n\r\n`);
    expect(answer.split('\r\n').slice(0, 2)).toEqual(['HTTP/1.1 200 OK', `x-long: ${long}`]);
  });

  it('is the path as it is written', async () => {
    const target = await serve(createServer((incoming, response) => response.end(incoming.url)));
    const relay = await relayTo(target);
    const path = "/v1/a/../b%2e/./c'{x}|^?q='";
    const answer = await raw(relay.url, `GET ${path} HTTP/1.1\r\n${closes}\r\n`);
    expect(answer.slice(-path.length)).toBe(path);
  });

  it('comes on a fresh connection for each request: no client gets one that the target gave up meanwhile', async () => {
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        socket.on('data', () => socket.resetAndDestroy());
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.close();
      await once(server, 'close');
    });
    const relay = await relayTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const ask = () => raw(relay.url, `POST /v1/x HTTP/1.1\r\n${closes}Content-Length: 2\r\n\r\n{}`);
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.map((answer) => answer.split('\r\n')[0])).toEqual(Array.from({ length: 3 }, () => 'HTTP/1.1 200 OK'));
    expect(connections).toBe(3);
  });
});

/** Java's HttpClient offers HTTP/2 with every request in plain HTTP. A server that does not speak it answers as if nothing had been said. */
describe('a client that offers HTTP/2', () => {
  const target = async (): Promise<string> =>
    serve(
      createServer((incoming, response) => {
        void (async () => {
          const body = Buffer.concat((await incoming.toArray()) as Buffer[]).toString();
          response.end(JSON.stringify([incoming.method, incoming.url, body, incoming.rawHeaders]));
        })();
      }),
    );
  const offer = (connection: string, path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\nContent-Length: 13\r\n\r\n`;

  it('has its request answered, body and all', async () => {
    const to = await target();
    const relay = await relayTo(to);
    const answer = await raw(relay.url, `${offer('close, Upgrade, HTTP2-Settings', '/v1/x')}{"model":"x"}`);
    const [head = '', text = ''] = answer.split('\r\n\r\n');
    expect(head).toContain('Connection: close');
    const [method, path, body, headers] = JSON.parse(text) as [string, string, string, string[]];
    expect([method, path, body]).toEqual(['POST', '/v1/x', '{"model":"x"}']);
    expect(headers).toEqual(['Host', new URL(to).host, 'Content-Length', '13', 'Connection', 'close']);
    expect(relay.told).toEqual([seen(to, 'POST', '/v1/x', 200)]);
  });

  it('may ask as often as it likes on one connection, and send its body later', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const to = await target();
    const relay = await relayTo(to);
    const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
    for (let asked = 0; asked < 20; asked += 1) {
      socket.write(offer('Upgrade, HTTP2-Settings', `/v1/${asked}`));
      await new Promise((resolve) => setImmediate(resolve));
      socket.write('{"model":"x"}');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toContain(`["POST","/v1/${asked}","{\\"model\\":\\"x\\"}"`);
    }
    socket.destroy();
    process.off('warning', onWarning);
    expect([relay.told.length, warnings]).toEqual([20, []]);
  });
});
