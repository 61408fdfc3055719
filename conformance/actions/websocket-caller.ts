import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';

import { WebSocket, type RawData } from 'ws';

import {
  isLastFrame,
  PREVIOUS_RESPONSE,
  type SocketContent,
  type SocketMessage,
  type WebsocketResult,
} from '#scenarios/kit/actions/websocket';
import type { Probe } from '#scenarios/kit/probe';
import type { CallerSight, SightEnd, SseEvent } from '#scenarios/kit/sight';

import { parseJson } from '../transport/answer-reader.ts';
import { endingOf } from '../transport/ending.ts';
import { withToken } from '../transport/request-body.ts';

export interface SocketErrand {
  /** `ws:` or `wss:`, with path and query. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly SocketMessage[];
  readonly probe: Probe;
  readonly token: string;
  /** Told of every frame as it arrives. */
  readonly onBytes: (bytes: Buffer) => void;
}

/** What a target may send at most; more ends the socket as `cut`, ANSWER_TOO_LARGE. */
const most = { frameBytes: 16 * 1024 * 1024, bytes: 32 * 1024 * 1024, frames: 20_000, refusalBytes: 1024 * 1024, headerBytes: 64 * 1024 };
/** How long a target may take to answer the caller's close frame. */
const closeWithinMs = 1_000;
/** `ws` says these in words only. */
const badHandshake = 'BAD_HANDSHAKE';

interface Outcome {
  readonly end: SightEnd;
  readonly errorCode?: string;
}

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

const textOf = (content: Exclude<SocketContent, { readonly base64: string }>): string =>
  'text' in content ? content.text : JSON.stringify(content.json);

/** The id of the response that a frame ends, as it stands inside of a JSON text; empty when it ends none. */
const endedResponse = (frame: unknown): string => {
  const { response } = frame as { readonly response?: { readonly id?: unknown } };
  return typeof response?.id === 'string' ? JSON.stringify(response.id.slice(0, 512)).slice(1, -1) : '';
};

const typeOf = (frame: unknown): string => {
  const type = (frame as { readonly type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' ? type : '';
};

const joined = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]])),
  );

/** One socket while it is open: what has been seen so far is kept, so that any ending leaves a sight. */
export class SocketCaller {
  readonly #errand: SocketErrand;
  readonly #startedAt = performance.now();
  readonly #events: SseEvent[] = [];
  #socket: WebSocket | undefined;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #refusal = '';
  #opened = false;
  #sent = 0;
  #sentBytes = 0;
  #answered = 0;
  /** Types of the events that came since the last message was sent: asked after every frame, and there may be very many. */
  readonly #typesSince = new Set<string>();
  #bytes = 0;
  #binaryFrames = 0;
  #firstByteMs: number | undefined;
  #endedBy: WebsocketResult['endedBy'] = 'nobody';
  #closed: { readonly code: number; readonly reason: string } | undefined;
  #fault: Outcome | undefined;
  #previous = '';
  #settle: (outcome: Outcome) => void = () => undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;

  constructor(errand: SocketErrand) {
    this.#errand = errand;
  }

  /** Runs to the end of the socket, or to the bound; nothing stays open. */
  async run(withinMs: number, signal: AbortSignal): Promise<CallerSight> {
    const stop = (): void => this.#settle({ end: 'timeout' });
    const timer = setTimeout(stop, withinMs);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const ended = new Promise<Outcome>((resolve) => {
        this.#settle = resolve;
      });
      if (signal.aborted) stop();
      else this.#open();
      return this.#sight(await ended);
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#closing);
      signal.removeEventListener('abort', stop);
      this.#socket?.terminate();
    }
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }

  #open(): void {
    try {
      const { address, headers } = this.#errand;
      const bounds = { maxPayload: most.frameBytes, maxHeaderSize: most.headerBytes, perMessageDeflate: true, followRedirects: false };
      this.#listen(new WebSocket(address, { headers, ...bounds }));
    } catch (error) {
      this.#settle(endingOf(error));
    }
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('upgrade', (response) => this.#shakeHands(response));
    socket.on('unexpected-response', (_request, response) => this.#readRefusal(response));
    socket.on('open', () => {
      this.#opened = true;
      this.#goOn();
    });
    socket.on('message', (data, isBinary) => this.#take(bytesOf(data), isBinary));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', (code, reason) => this.#end(code, reason.toString('utf8')));
  }

  #shakeHands(response: IncomingMessage): void {
    this.#head(response);
    // A connection that breaks is only closed by `ws`; how it broke is told to its socket alone.
    response.socket.once('error', (error) => this.#fail(error));
  }

  /** The first fault counts. `ws` would wait for the target to close a socket whose frames cannot be read. */
  #fail(error: Error): void {
    const isHandshake = !this.#opened && this.#status === 101;
    this.#fault ??= isHandshake ? { end: 'cut', errorCode: badHandshake } : endingOf(error);
    if (this.#opened) this.#socket?.terminate();
  }

  #head({ statusCode = 0, headers }: IncomingMessage): void {
    this.#firstByteMs = this.#elapsed();
    this.#status = statusCode;
    this.#headers = joined(headers);
  }

  /** The upgrade was answered like a plain request. */
  #readRefusal(response: IncomingMessage): void {
    this.#head(response);
    const pieces: Buffer[] = [];
    let bytes = 0;
    const end = (outcome: Outcome): void => {
      this.#refusal = Buffer.concat(pieces).toString('utf8');
      response.destroy();
      this.#settle(outcome);
    };
    response.on('data', (piece: Buffer) => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes > most.refusalBytes) end({ end: 'cut', errorCode: 'ANSWER_TOO_LARGE' });
    });
    response.on('end', () => end({ end: 'complete' }));
    response.on('error', (error) => end(endingOf(error)));
  }

  #take(bytes: Buffer, isBinary: boolean): void {
    this.#bytes += bytes.length;
    if (this.#bytes > most.bytes || this.#events.length + this.#binaryFrames >= most.frames) return this.#refuseMore();
    this.#errand.onBytes(bytes);
    if (isBinary) {
      this.#binaryFrames += 1;
      return;
    }
    const data = bytes.toString('utf8');
    const event = { data, json: parseJson(data), atMs: this.#elapsed() };
    this.#events.push(event);
    this.#typesSince.add(typeOf(event.json));
    if (isLastFrame(event)) {
      this.#answered += 1;
      this.#previous = endedResponse(event.json) || this.#previous;
    }
    this.#goOn();
  }

  #refuseMore(): void {
    this.#fault = { end: 'cut', errorCode: 'ANSWER_TOO_LARGE' };
    this.#socket?.terminate();
  }

  /** Sends what may be sent now, and leaves when all is answered. */
  #goOn(): void {
    const { messages } = this.#errand;
    for (let next = messages[this.#sent]; next !== undefined && this.#isDue(next); next = messages[this.#sent]) this.#send(next);
    if (this.#sent === messages.length && this.#answered >= messages.length) this.#leave();
  }

  #isDue({ after = 'answered' }: SocketMessage): boolean {
    if (after === 'at-once') return true;
    if (after === 'answered') return this.#answered >= this.#sent;
    return after.some((type) => this.#typesSince.has(type));
  }

  #send(message: SocketMessage): void {
    const content = this.#contentOf(message);
    this.#sent += 1;
    this.#sentBytes += Buffer.byteLength(content);
    this.#typesSince.clear();
    this.#socket?.send(content, () => undefined);
  }

  #contentOf(message: SocketMessage): string | Buffer {
    if ('base64' in message) return Buffer.from(message.base64, 'base64');
    return withToken(textOf(message), this.#errand.token).replaceAll(PREVIOUS_RESPONSE, () => this.#previous);
  }

  #leave(): void {
    if (this.#endedBy !== 'nobody' || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#endedBy = 'caller';
    this.#closing = setTimeout(() => this.#socket?.terminate(), closeWithinMs);
    this.#socket.close(1000);
  }

  #end(code: number, reason: string): void {
    if (this.#endedBy === 'nobody') this.#endedBy = 'target';
    this.#closed = { code, reason };
    const wentWell = this.#endedBy === 'caller' || (code !== 1006 && this.#fault === undefined);
    this.#settle(wentWell && this.#fault?.errorCode !== 'ANSWER_TOO_LARGE' ? { end: 'complete' } : (this.#fault ?? { end: 'cut' }));
  }

  #sight({ end, errorCode }: Outcome): CallerSight {
    const { probe, token } = this.#errand;
    return {
      probe,
      token,
      status: this.#status,
      headers: this.#headers,
      bodyText: this.#opened ? this.#events.map(({ data }) => data).join('\n') : this.#refusal,
      json: this.#opened ? undefined : parseJson(this.#refusal),
      events: this.#events,
      end,
      ...(errorCode !== undefined && { errorCode }),
      sentBytes: this.#sentBytes,
      ...(this.#firstByteMs !== undefined && { firstByteMs: this.#firstByteMs }),
      durationMs: this.#elapsed(),
      ...(this.#opened && { action: this.#result() }),
    };
  }

  #result(): WebsocketResult {
    return {
      kind: 'websocket',
      sent: this.#sent,
      endedBy: this.#endedBy,
      ...(this.#closed !== undefined && { closeCode: this.#closed.code, closeReason: this.#closed.reason }),
      compressed: (this.#headers['sec-websocket-extensions'] ?? '').includes('permessage-deflate'),
      binaryFrames: this.#binaryFrames,
    };
  }
}
