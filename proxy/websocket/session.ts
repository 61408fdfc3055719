import type { WebSocket } from 'ws';

import type { Client } from '../clients/client.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { ProxyError } from '../errors.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { RelayContext } from '../relay/context.ts';
import { asProxyError, exchange } from '../relay/exchange.ts';
import type { Inbound } from '../relay/inbound.ts';
import type { InFlight } from '../relay/in-flight.ts';
import { readCreate } from './create-message.ts';
import type { ClientMessage, Create } from './create-message.ts';
import { FrameSink } from './frame-sink.ts';
import { errorFrame } from './frames.ts';
import { sendFrame } from './socket-writer.ts';
import { Transcript } from './transcript.ts';
import { warmUp } from './warm-up.ts';

export interface SessionParts {
  /** That of the generation in force. */
  readonly context: () => RelayContext;
  /** Whose key the socket was opened with, asked again for every request. @throws ProxyError once the key is not valid any more. */
  readonly client: () => Client;
  readonly inFlight: InFlight;
  readonly socket: WebSocket;
  readonly dialect: Dialect;
  /** Of the upgrade; every request of the socket has them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly path: string;
}

/** A client asks one thing after the other; more than this is no client. */
const maxWaiting = 16;

/** The requests of one socket, one at a time and in the order in which they came. */
export class Session {
  readonly #parts: SessionParts;
  readonly #maxBytes: number;
  readonly #transcript: Transcript;
  #waiting: ClientMessage[] = [];
  #waitingBytes = 0;
  #working = false;
  #over = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#maxBytes = parts.context().config['max-request-body-bytes'];
    this.#transcript = new Transcript(this.#maxBytes);
  }

  /** Whether something is being answered. */
  get isWorking(): boolean {
    return this.#working;
  }

  /** Takes a message; it is answered when those before it are. */
  take(message: ClientMessage): void {
    if (this.#over) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.bytes.length;
    if (this.#waiting.length > maxWaiting || this.#waitingBytes > this.#maxBytes) this.#refuseMore();
    else if (!this.#working) void this.#work();
  }

  /** Answers nothing any more; what runs is ended by the closing of the socket, or by whoever stops the session. */
  stop(): void {
    this.#over = true;
    this.#waiting = [];
  }

  /** Says that something failed, and writes the log line that the request would have had. */
  refuse(info: ErrorInfo): void {
    sendFrame(this.#parts.socket, errorFrame({ dialect: this.#parts.dialect, info }));
    this.#log({ status: info.status, end: 'refused', error: info.code });
  }

  /** The socket was closed for what came from it: no WebSocket frames, no UTF-8, or more bytes than may be. */
  broke(error: Error & { readonly code?: string }): void {
    this.stop();
    const tooBig = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#log({ status: tooBig ? 413 : 400, end: 'refused', error: tooBig ? 'request_too_large' : (error.code ?? 'broken socket') });
  }

  #refuseMore(): void {
    const text = `More than ${maxWaiting} requests, or ${this.#maxBytes} bytes of them, wait on this socket.`;
    this.stop();
    this.refuse(new ProxyError('invalid-request', text).toInfo());
    this.#parts.socket.close(1008, 'too many requests wait');
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#answer(next);
    this.#working = false;
  }

  #next(): ClientMessage | undefined {
    const next = this.#waiting.shift();
    this.#waitingBytes -= next?.bytes.length ?? 0;
    return next;
  }

  async #answer(message: ClientMessage): Promise<void> {
    try {
      const create = readCreate(message, this.#transcript, this.#maxBytes);
      if (create === undefined) return;
      if (this.#parts.inFlight.draining) throw new ProxyError('shutting-down', 'This proxy is shutting down.', { retryAfterSeconds: 1 });
      await (create.isWarmUp ? this.#warmUp(create) : this.#relay(create));
    } catch (error) {
      this.refuse(this.#infoOf(error));
    }
  }

  async #relay(create: Create): Promise<void> {
    const { context, inFlight, socket, dialect } = this.#parts;
    const current = context();
    const sink = new FrameSink(socket, dialect, this.#maxBytes, current.persona.sockets);
    await exchange(current, this.#inbound(create), sink, inFlight);
    if (sink.answered !== undefined) this.#transcript.remember(sink.answered, create.input);
  }

  async #warmUp(create: Create): Promise<void> {
    const { id, model, frames } = await warmUp(this.#parts.context(), this.#inbound(create));
    this.#transcript.remember({ id, output: [] }, create.input);
    for (const frame of frames) sendFrame(this.#parts.socket, frame);
    this.#log({ status: 200, end: 'complete', model, warmUp: true });
  }

  #inbound({ bytes }: Create): Inbound {
    const { client, dialect, path, headers } = this.#parts;
    return {
      client: client(),
      dialect,
      operation: 'generate',
      address: {},
      framing: 'lines',
      method: 'GET',
      path,
      headers,
      pieces: [bytes],
    };
  }

  /** Unforeseen errors keep their details to the log. */
  #infoOf(error: unknown): ErrorInfo {
    try {
      return asProxyError(error).toInfo();
    } catch {
      const fields = { event: 'internal-error', error: String((error as Error).stack) };
      this.#parts.context().log({ level: 'error', message: 'unforeseen error', fields });
      return { status: 500, code: 'internal_server_error', message: 'The proxy failed to handle this request.' };
    }
  }

  #log(about: Readonly<Record<string, unknown>>): void {
    const { context, path } = this.#parts;
    const fields = { event: 'request', method: 'GET', path, ...about, transport: 'websocket' };
    context().log({ level: 'info', message: 'request', fields });
  }
}
