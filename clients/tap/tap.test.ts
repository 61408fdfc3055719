import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { startTap, type Tap } from './tap.ts';

let server: Server;
let tap: Tap;
let answer: (req: IncomingMessage, res: ServerResponse) => void;
let sockets: WebSocketServer;

beforeEach(async () => {
  answer = (_req, res) => res.end('fine');
  server = createServer((req, res) => answer(req, res));
  sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    if (req.url === '/refuse') {
      socket.end('HTTP/1.1 426 Upgrade Required\r\nx-why: test\r\ncontent-length: 2\r\n\r\nno');
      return;
    }
    sockets.handleUpgrade(req, socket, head, (client) => {
      client.on('message', (data: Buffer) => {
        client.send(`heard ${data.toString('utf8')}`);
        client.close(1008, 'enough');
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tap = await startTap(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await tap.close();
  sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const seen = () =>
  tap
    .seen()
    .map(({ over, method, path, requestBody, status, responseBody, ended }) =>
      [over, method, path, requestBody, status, responseBody, ended].join(' | '),
    );

describe('a request that goes past', () => {
  it('reaches the proxy as it is, and so does the answer', async () => {
    answer = (req, res) => {
      req.resume();
      res.writeHead(429, { 'retry-after': '7', 'x-key': req.headers['authorization'] ?? '' }).end('busy');
    };
    const response = await fetch(`${tap.url}/v1/x?beta=true`, { method: 'POST', body: 'ask', headers: { authorization: 'Bearer k' } });
    expect([response.status, response.headers.get('retry-after'), response.headers.get('x-key'), await response.text()]).toEqual([
      429,
      '7',
      'Bearer k',
      'busy',
    ]);
    expect(seen()).toEqual(['http | POST | /v1/x?beta=true | ask | 429 | busy | complete']);
    expect(tap.seen()[0]?.requestHeaders['authorization']).toBe('Bearer k');
  });

  it('is streamed: the first piece arrives before there is a second', async () => {
    let more = (): void => undefined;
    answer = (_req, res) => {
      res.write('one ');
      more = () => res.end('two');
    };
    const reader = (await fetch(tap.url)).body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString('utf8')).toBe('one ');
    more();
    await reader?.read();
    await reader?.read();
    expect(seen()).toEqual(['http | GET | / |  | 200 | one two | complete']);
  });

  it('is cut where the proxy cuts it', async () => {
    answer = (_req, res) => {
      res.writeHead(200, { 'content-length': '100' });
      res.write('half', () => res.destroy());
    };
    await expect(fetch(tap.url).then((response) => response.text())).rejects.toThrow('terminated');
    expect(seen()).toEqual(['http | GET | / |  | 200 | half | cut by the proxy']);
  });

  it('is left when the client leaves, and the proxy is told', async () => {
    const left = new Promise<void>((resolve) => {
      answer = (_req, res) => {
        res.once('close', resolve);
        res.write('half');
      };
    });
    const ask = request(tap.url, (response) => response.once('data', () => ask.destroy()));
    ask.on('error', () => undefined);
    ask.end();
    await left;
    expect(seen()).toEqual(['http | GET | / |  | 200 | half | left by the client']);
  });
});

describe('a WebSocket that goes past', () => {
  it('is a handshake, and a request for each message of the client', async () => {
    const client = new WebSocket(`${tap.url.replace('http', 'ws')}/v1/responses`);
    const heard = new Promise<string>((resolve) => client.once('message', (data: Buffer) => resolve(data.toString('utf8'))));
    const closed = new Promise<string>((resolve) => client.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`)));
    client.once('open', () => client.send('{"type":"response.create"}'));
    expect(await heard).toBe('heard {"type":"response.create"}');
    expect(await closed).toBe('1008 enough');
    expect(seen()).toEqual([
      'websocket | GET | /v1/responses |  | 101 |  | complete',
      'websocket | response.create | /v1/responses | {"type":"response.create"} | 101 | heard {"type":"response.create"}\n | complete',
    ]);
  });

  it('that is refused is refused with the same answer', async () => {
    const client = new WebSocket(`${tap.url.replace('http', 'ws')}/refuse`);
    const refused = new Promise<readonly unknown[]>((resolve) => {
      client.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve([response.statusCode, response.headers['x-why']]);
      });
    });
    expect(await refused).toEqual([426, 'test']);
    expect(seen()).toEqual(['websocket | GET | /refuse |  | 426 | no | complete']);
  });
});
