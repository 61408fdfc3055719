import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
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
    expect([answer.status, await answer.json()]).toEqual([
      502,
      { error: { message: 'wireproof trace could not reach the target', type: 'trace_error' } },
    ]);
    expect(relay.told).toEqual([seen('http://127.0.0.1:1', 'GET', '/v1/models')]);
  });

  it('is no way to another host', async () => {
    const target = await serve(createServer((incoming, response) => response.end(incoming.url)));
    const relay = await relayTo(target);
    const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
    socket.write('GET //elsewhere.example/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const answer = Buffer.concat((await socket.toArray()) as Buffer[]).toString();
    expect(answer).toContain('//elsewhere.example/x');
    expect(relay.told).toEqual([seen(target, 'GET', '//elsewhere.example/x', 200)]);
  });
});
