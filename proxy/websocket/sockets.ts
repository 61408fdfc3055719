import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import type { Client } from '../clients/client.ts';
import { ProxyError } from '../errors.ts';
import { headProblem } from '../header-limits.ts';
import { dialectNamed } from '../relay/context.ts';
import type { RelayContext } from '../relay/context.ts';
import type { InFlight } from '../relay/in-flight.ts';
import { clientSocketClass, closingEvent } from './client-socket.ts';
import { errorFrame } from './frames.ts';
import { isHandshake, ofTheHandshake } from './handshake.ts';
import { endWhenGone, endWhenIdle, idleMs, pingMs } from './keep-alive.ts';
import { answerPlainly } from './plain-request.ts';
import { Session } from './session.ts';

export interface SocketsParts {
  /** That of the generation in force; each request takes the one that it begins under. */
  readonly context: () => RelayContext;
  readonly inFlight: InFlight;
  /** Whose key the request shows. @throws ProxyError for a request without a valid key. */
  readonly checkKey: (request: IncomingMessage) => Client;
  /** Whether an answer to an earlier request of this connection is not written yet. */
  readonly isOwed: (socket: Duplex) => boolean;
}

const path = '/v1/responses';
/** How long a client may take to answer a close frame when the proxy closes. */
const closeMs = 1_000;

const tooLarge = (maxBytes: number): ProxyError =>
  new ProxyError('request-too-large', `The message is larger than ${maxBytes} bytes, the limit of this proxy.`);

const unreadable = (): ProxyError => new ProxyError('invalid-request', 'What came is no valid WebSocket frame, or no valid UTF-8.');

/** The sockets of one proxy: Responses over WebSocket (sheet X4). */
export class Sockets {
  readonly #parts: SocketsParts;
  readonly #sessions = new Map<WebSocket, Session>();
  readonly #server: WebSocketServer;
  #closing = false;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    const context = parts.context();
    const { config } = context;
    const maxPayload = config['max-request-body-bytes'];
    const dialect = dialectNamed(context, 'openai-responses');
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload,
      // Compression without a memory of earlier messages, so that an idle socket holds none.
      perMessageDeflate: { serverNoContextTakeover: true },
      // A browser's client may carry its key in a protocol's name, which an answer must not repeat.
      handleProtocols: () => false,
      WebSocket: clientSocketClass({
        tooBig: errorFrame({ dialect, info: tooLarge(maxPayload).toInfo() }),
        unreadable: errorFrame({ dialect, info: unreadable().toInfo() }),
      }),
    });
  }

  /** Takes the upgrades that are meant for it and well; all else is answered as the plain request that it would be without upgrade. */
  listen(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, rest: Buffer) => {
      // Node lets go of the connection at once, in the middle of the answer, whose end would come among the frames or never.
      if (this.#parts.isOwed(socket)) socket.destroy();
      else if (!this.#takes(request)) answerPlainly(server, request, socket, rest);
      else this.#server.handleUpgrade(request, socket, rest, (opened) => this.#open(opened, request));
    });
  }

  /** Takes no more requests, tells every client that the proxy goes (1001), and ends those that do not answer. */
  async close(): Promise<void> {
    this.#closing = true;
    const sockets = [...this.#sessions];
    await Promise.all(sockets.map(([socket, session]) => closeSocket(socket, session)));
  }

  /** Whether a request becomes a socket. */
  #takes(request: IncomingMessage): boolean {
    const { config } = this.#parts.context();
    if (this.#closing || !config['responses-websocket'] || (request.url ?? '').split('?', 1)[0] !== path) return false;
    if (headProblem(request) !== undefined || !isHandshake(request, { isOpenProxy: config['api-keys'].length === 0 })) return false;
    try {
      this.#parts.checkKey(request);
      return true;
    } catch {
      return false;
    }
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const { context, inFlight, checkKey } = this.#parts;
    const client = (): Client => checkKey(request);
    const dialect = dialectNamed(context(), 'openai-responses');
    const session = new Session({ context, inFlight, socket, dialect, client, headers: ofTheHandshake(request.headers), path });
    this.#sessions.set(socket, session);
    const { clock } = context();
    const stopTimers = [endWhenGone(socket, clock, pingMs), endWhenIdle(socket, clock, idleMs, () => session.isWorking)];
    socket.on('message', (data, isBinary) => session.take({ bytes: bytesOf(data), isBinary }));
    socket.on('error', (error) => session.broke(error));
    socket.once(closingEvent, () => session.stop());
    socket.once('close', () => {
      for (const stop of stopTimers) stop();
      session.stop();
      this.#sessions.delete(socket);
    });
  }
}

const bytesOf = (data: Buffer | ArrayBuffer | Buffer[]): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

const closeSocket = async (socket: WebSocket, session: Session): Promise<void> => {
  session.stop();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.terminate(), closeMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1001, 'the proxy is shutting down');
  });
};
