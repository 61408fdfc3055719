import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocket, WebSocketServer } from 'ws';

import { flat, keptBytes, type Seen } from './seen.ts';

type Note = { -readonly [Key in keyof Seen]: Seen[Key] };

export interface Notes {
  readonly begin: (req: IncomingMessage) => Note;
  readonly add: (note: Note) => void;
  readonly now: () => number;
}

const ofTheConnection = /^(?:host|connection|upgrade|sec-websocket-.*)$/;

const handedOn = (req: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(flat(req.headers)).filter(([name]) => !ofTheConnection.test(name)));

/** Status codes that a close frame may carry. */
const sayable = (code: number): number => (code === 1005 || code === 1006 || code === 1015 ? 1011 : code);

const typeIn = (message: string): string => /"type"\s*:\s*"([^"]+)"/.exec(message)?.[1] ?? 'message';

const refuse = (socket: Duplex, answer: IncomingMessage, note: Note, now: () => number): void => {
  const chunks: Buffer[] = [];
  note.over = 'websocket';
  note.status = answer.statusCode ?? 0;
  note.responseHeaders = flat(answer.headers);
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  answer.once('end', () => {
    const body = Buffer.concat(chunks);
    Object.assign(note, { responseBody: body.toString('utf8'), ended: 'complete', endedMs: now() });
    const framing = /^(?:connection|transfer-encoding|content-length)$/;
    const headers = Object.entries(note.responseHeaders).filter(([name]) => !framing.test(name));
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.end(
      `HTTP/1.1 ${note.status} ${answer.statusMessage ?? ''}\r\n${lines}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body.toString('utf8')}`,
    );
  });
};

/** Passes messages both ways; each of the client's becomes a request, and what comes until its next one the answer. */
const join = (client: WebSocket, proxy: WebSocket, path: string, { add, now }: Notes): void => {
  let current: Note | undefined;
  client.on('message', (data: Buffer, isBinary) => {
    const requestBody = data.toString('utf8').slice(0, keptBytes);
    const asked = { over: 'websocket', method: typeIn(requestBody), path, requestHeaders: {}, requestBody, askedMs: now() } as const;
    current = { ...asked, status: 101, responseHeaders: {}, responseBody: '', ended: 'left by the client', endedMs: now() };
    add(current);
    proxy.send(data, { binary: isBinary });
  });
  proxy.on('message', (data: Buffer, isBinary) => {
    const text = data.toString('utf8');
    if (current !== undefined) {
      current.responseBody = `${current.responseBody}${text}\n`.slice(0, keptBytes);
      current.endedMs = now();
      current.ended = 'complete';
    }
    client.send(data, { binary: isBinary });
  });
  client.on('close', (code, reason) => proxy.close(sayable(code), reason));
  proxy.on('close', (code, reason) => client.close(sayable(code), reason));
  client.on('error', () => proxy.terminate());
  proxy.on('error', () => client.terminate());
};

/**
 * Takes the server's WebSocket handshakes to the proxy. Compression is not passed on, so that the messages can be read.
 * @returns ends all sockets
 */
export const passSockets = (server: Server, target: URL, notes: Notes): (() => void) => {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const open = new Set<WebSocket>();
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const note = notes.begin(req);
    const url = `ws://${target.host}${req.url ?? '/'}`;
    const proxy = new WebSocket(url, { perMessageDeflate: false, headers: handedOn(req) });
    open.add(proxy);
    proxy.once('unexpected-response', (_request, answer) => refuse(socket, answer, note, notes.now));
    proxy.once('upgrade', (answer) => {
      Object.assign(note, {
        over: 'websocket',
        status: 101,
        responseHeaders: flat(answer.headers),
        ended: 'complete',
        endedMs: notes.now(),
      });
    });
    proxy.once('open', () => sockets.handleUpgrade(req, socket, head, (client) => join(client, proxy, note.path, notes)));
    proxy.on('error', () => socket.destroy());
    socket.on('error', () => proxy.terminate());
  });
  return () => {
    for (const proxy of open) proxy.terminate();
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
};
