import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { WebSocket, WebSocketServer } from 'ws';

import { type Begun, type Captured, type CapturedRequest, pairs, type Spoiled } from './captured.ts';
import { FrameLog } from './frame-log.ts';
import { forwardedFields } from './hop-by-hop.ts';
import { joinSockets } from './join-sockets.ts';
import { originForm } from './origin-form.ts';
import type { PassThroughOptions } from './pass-through-options.ts';

/** The handshake's own fields are made anew on each side; all others go on. */
const handshakeFields = (req: IncomingMessage, host: string): Record<string, string> =>
  Object.fromEntries(
    pairs(forwardedFields(req.rawHeaders, { host, plain: false })).filter(([name]) => !/^(sec-websocket-.*|host)$/i.test(name)),
  );

const protocolsOf = (req: IncomingMessage): string[] =>
  (req.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const refuse = (socket: Socket, line: string): void => {
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

/** A WebSocket on its way: its handshake, handed on to the upstream; then every message of both sides. */
export class PassingSocket {
  readonly #req: IncomingMessage;
  readonly #socket: Socket;
  readonly #begun: Begun;
  readonly #options: PassThroughOptions;
  readonly #onOver: () => void;
  readonly #request: CapturedRequest;
  #joined = false;
  #over = false;

  constructor(req: IncomingMessage, socket: Socket, begun: Begun, options: PassThroughOptions, onOver: () => void) {
    this.#req = req;
    this.#socket = socket;
    this.#begun = begun;
    this.#options = options;
    this.#onOver = onOver;
    const { method = 'GET', url = '/', rawHeaders } = req;
    this.#request = { method, target: originForm(url), fields: pairs(rawHeaders), body: Buffer.alloc(0), whole: true };
    socket.on('error', () => socket.destroy());
  }

  begin(head: Buffer): void {
    const wanted = this.#req.headers.upgrade ?? 'nothing';
    if (wanted.toLowerCase() !== 'websocket')
      return this.#refuse('501 Not Implemented', 'http2', `the client wants to upgrade to ${wanted}`);
    let upstream: WebSocket;
    try {
      upstream = this.#connect();
    } catch (error) {
      // What is none for a WebSocket is thrown.
      return this.#refuse('400 Bad Request', 'no-answer', `the handshake cannot be handed on: ${(error as Error).message}`);
    }
    upstream.on('unexpected-response', (outgoing, { statusCode = 502, statusMessage = '' }) => {
      this.#refuse(`${statusCode} ${statusMessage}`, 'no-answer', `the upstream answered the handshake with ${statusCode}`);
      outgoing.destroy();
    });
    upstream.on('error', (error: NodeJS.ErrnoException) => this.#refuse('502 Bad Gateway', 'no-answer', error.code ?? error.message));
    upstream.once('open', () => this.#accept(upstream, head));
    this.#socket.once('close', () => this.#onClientGone(upstream));
  }

  /** The recorder ends. The upstream's side ends with the client's. */
  stop(): void {
    this.#spoil('stopped', 'wireproof record was stopped before the end');
    this.#socket.destroy();
  }

  #connect(): WebSocket {
    const { upstream, idleMs } = this.#options;
    return new WebSocket(`${upstream.replace(/^http/, 'ws')}${this.#request.target}`, protocolsOf(this.#req), {
      headers: handshakeFields(this.#req, new URL(upstream).host),
      handshakeTimeout: idleMs,
      perMessageDeflate: false,
      autoPong: false,
    });
  }

  /** Without a client there is nobody to talk to: a handshake that ends here, or is refused here, ends the other side, too. */
  #onClientGone(upstream: WebSocket): void {
    if (this.#joined) return;
    this.#spoil('client-left', 'the client closed its connection during the handshake, or its handshake is none');
    upstream.terminate();
  }

  #accept(upstream: WebSocket, head: Buffer): void {
    const handleProtocols = (): string | false => upstream.protocol || false;
    const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false, handleProtocols });
    server.handleUpgrade(this.#req, this.#socket, head, (client) => {
      this.#joined = true;
      this.#join(client, upstream);
    });
  }

  #join(client: WebSocket, upstream: WebSocket): void {
    const log = new FrameLog(this.#options.mostBytes);
    const startedAtMs = performance.now();
    joinSockets(client, upstream, log, (ends, clientLeft) => {
      const { protocol } = upstream;
      this.#tell({
        socket: { startedAtMs, frames: log.frames, ends, tooLarge: log.tooLarge, ...(protocol !== '' && { protocol }) },
        ...(clientLeft && { spoiled: { by: 'client-left', detail: 'the client closed its connection without a close frame' } }),
      });
    });
  }

  #refuse(line: string, by: Spoiled, detail: string): void {
    if (this.#over || this.#joined) return;
    this.#spoil(by, detail);
    refuse(this.#socket, line);
  }

  #spoil(by: Spoiled, detail: string): void {
    this.#tell({ spoiled: { by, detail } });
  }

  #tell(came: Pick<Captured, 'socket' | 'spoiled'>): void {
    if (this.#over) return;
    this.#over = true;
    this.#onOver();
    this.#options.onCaptured({ ...this.#begun, request: this.#request, ...came });
  }
}
