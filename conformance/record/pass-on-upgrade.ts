import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { type RawData, WebSocket, WebSocketServer } from 'ws';

import { type CapturedFrame, pairs, type Spoiled } from './captured.ts';
import { forwardedFields } from './hop-by-hop.ts';
import type { PassThroughOptions } from './pass-through-options.ts';

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

/** The handshake's own fields are made anew on each side; all others go on. */
const handshakeFields = (req: IncomingMessage, host: string): Record<string, string> =>
  Object.fromEntries(
    pairs(forwardedFields(req.rawHeaders, { host, plain: false })).filter(([name]) => !/^(sec-websocket-.*|host)$/i.test(name)),
  );

/** Messages of both sides, in the order in which they came, up to a number of bytes. */
class FrameLog {
  frames: CapturedFrame[] = [];
  tooLarge = false;
  #bytes = 0;
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  note(from: CapturedFrame['from'], kind: CapturedFrame['kind'], data: Buffer, code?: number): void {
    // An empty frame takes room, too.
    this.#bytes += data.length + 32;
    if (this.#bytes > this.#mostBytes) this.tooLarge = true;
    if (this.tooLarge) this.frames = [];
    else this.frames.push({ from, atMs: performance.now(), kind, data: Buffer.from(data), ...(code !== undefined && { code }) });
  }
}

/** Codes that may be in a frame; 1005 and 1006 tell that none came. */
const sendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

const closeAs = (there: WebSocket, code: number, reason: Buffer): void => {
  if (code === 1006) there.terminate();
  else if (sendable(code)) there.close(code, reason);
  else there.close();
};

/** Hands everything from one side to the other. `onClosed` gets the code of the close. */
const passFrom = (
  from: CapturedFrame['from'],
  here: WebSocket,
  there: WebSocket,
  log: FrameLog,
  onClosed: (code: number) => void,
): void => {
  here.on('message', (data: RawData, isBinary: boolean) => {
    const bytes = bytesOf(data);
    log.note(from, isBinary ? 'binary' : 'text', bytes);
    there.send(bytes, { binary: isBinary });
  });
  here.on('ping', (data: Buffer) => {
    log.note(from, 'ping', data);
    there.ping(data);
  });
  here.on('pong', (data: Buffer) => {
    log.note(from, 'pong', data);
    there.pong(data);
  });
  here.on('error', () => undefined); // the close that follows tells
  here.on('close', (code: number, reason: Buffer) => {
    // The second close answers the first.
    if (code !== 1006 && there.readyState === WebSocket.OPEN) log.note(from, 'close', reason, code === 1005 ? undefined : code);
    closeAs(there, code, reason);
    onClosed(code);
  });
};

const joinSides = (
  client: WebSocket,
  upstream: WebSocket,
  log: FrameLog,
  onOver: (ends: 'close' | 'fin', clientLeft: boolean) => void,
): void => {
  const codes: { readonly from: CapturedFrame['from']; readonly code: number }[] = [];
  const closed = (from: CapturedFrame['from']) => (code: number) => {
    codes.push({ from, code });
    const [first] = codes;
    if (codes.length < 2 || first === undefined) return;
    onOver(first.code === 1006 ? 'fin' : 'close', first.code === 1006 && first.from === 'client');
  };
  passFrom('client', client, upstream, log, closed('client'));
  passFrom('upstream', upstream, client, log, closed('upstream'));
};

const refuse = (socket: Socket, line: string): void => {
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

/** A WebSocket's handshake, handed on to the upstream; then every message of both sides. */
export const passOnUpgrade = (req: IncomingMessage, socket: Socket, head: Buffer, options: PassThroughOptions): void => {
  const at = options.now();
  const { method = 'GET', url = '/', rawHeaders } = req;
  const request = { method, target: url, fields: pairs(rawHeaders), body: Buffer.alloc(0), whole: true };
  const spoil = (by: Spoiled, detail: string): void => options.onCaptured({ at, request, spoiled: { by, detail } });
  socket.on('error', () => socket.destroy());
  if (req.headers.upgrade?.toLowerCase() !== 'websocket') {
    spoil('http2', `the client wants to upgrade to ${req.headers.upgrade ?? 'nothing'}`);
    return refuse(socket, '501 Not Implemented');
  }
  const protocols = (req.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const to = new URL(options.upstream);
  const upstream = new WebSocket(`${options.upstream.replace(/^http/, 'ws')}${url}`, protocols, {
    headers: handshakeFields(req, to.host),
    handshakeTimeout: options.idleMs,
    perMessageDeflate: false,
    autoPong: false,
  });
  let settled = false;
  const settle = (act: () => void): void => {
    if (settled) return;
    settled = true;
    act();
  };
  const failed = (line: string, detail: string): void =>
    settle(() => {
      spoil('no-answer', detail);
      refuse(socket, line);
    });
  upstream.on('unexpected-response', (outgoing, { statusCode = 502, statusMessage = '' }) => {
    failed(`${statusCode} ${statusMessage}`, `the upstream answered the handshake with ${statusCode}`);
    outgoing.destroy();
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => failed('502 Bad Gateway', error.code ?? error.message));
  upstream.once('open', () => settle(() => accept(req, socket, head, { upstream, options, at, request })));
  socket.once('close', () => {
    settle(() => spoil('client-left', 'the client closed its connection during the handshake'));
    if (upstream.readyState === WebSocket.CONNECTING) upstream.terminate();
  });
};

interface Accepting {
  readonly upstream: WebSocket;
  readonly options: PassThroughOptions;
  readonly at: number;
  readonly request: Parameters<PassThroughOptions['onCaptured']>[0]['request'];
}

const accept = (req: IncomingMessage, socket: Socket, head: Buffer, { upstream, options, at, request }: Accepting): void => {
  const handleProtocols = (): string | false => upstream.protocol || false;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false, handleProtocols });
  // Without a client there is nobody to talk to: a handshake that is refused here ends the other side, too.
  let joined = false;
  socket.once('close', () => {
    if (!joined) upstream.terminate();
  });
  server.handleUpgrade(req, socket, head, (client) => {
    joined = true;
    const log = new FrameLog(options.mostBytes);
    const startedAtMs = performance.now();
    joinSides(client, upstream, log, (ends, clientLeft) => {
      const { protocol } = upstream;
      options.onCaptured({
        at,
        request,
        socket: { startedAtMs, frames: log.frames, ends, tooLarge: log.tooLarge, ...(protocol !== '' && { protocol }) },
        ...(clientLeft && { spoiled: { by: 'client-left', detail: 'the client closed its connection without a close frame' } }),
      });
    });
  });
};
