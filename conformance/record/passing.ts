import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

import { peerHasRead } from '#fixtures/upstreams/delivered';

import { AnswerTap, type TappedBody } from './answer-tap.ts';
import { type CapturedAnswer, pairs, type Spoiled } from './captured.ts';
import { forwardedFields, passedOnFields } from './hop-by-hop.ts';
import { KeptBody } from './kept-body.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { SocketEnd } from './socket-end.ts';

const rawHead = (status: number, raw: readonly string[]): string =>
  `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n${pairs(raw)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** One exchange on its way: the request forward, the answer back, and a look at both. */
export class Passing {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #options: PassThroughOptions;
  readonly #onOver: () => void;
  readonly #at: number;
  readonly #body: KeptBody;
  readonly #tap: AnswerTap;
  readonly #informational: { status: number; fields: [string, string][] }[] = [];
  #answer: IncomingMessage | undefined;
  #headAtMs = 0;
  #sentAtMs: number | undefined;
  #socket: Socket | undefined;
  #socketEnd: SocketEnd | undefined;
  #outgoing: ClientRequest | undefined;
  #connected = false;
  #hung = false;
  #over = false;

  constructor(req: IncomingMessage, res: ServerResponse, options: PassThroughOptions, onOver: () => void) {
    this.#req = req;
    this.#res = res;
    this.#options = options;
    this.#onOver = onOver;
    this.#at = options.now();
    this.#body = new KeptBody(req, options.mostBytes);
    this.#tap = new AnswerTap(options.mostBytes, req.method === 'HEAD');
  }

  begin(agent: http.Agent | https.Agent): void {
    const { upstream, idleMs, plain } = this.#options;
    const to = new URL(upstream);
    const send = to.protocol === 'https:' ? https.request : http.request;
    const outgoing = send({
      protocol: to.protocol,
      hostname: to.hostname.replace(/^\[|\]$/g, ''),
      port: to.port,
      path: `${to.pathname.replace(/\/$/, '')}${this.#req.url ?? '/'}`,
      method: this.#req.method,
      headers: forwardedFields(this.#req.rawHeaders, { host: to.host, plain }),
      setHost: false,
      agent,
      timeout: idleMs,
    });
    this.#outgoing = outgoing;
    this.#listenTo(outgoing);
    this.#res.once('close', () => this.#onClientGone());
    this.#req.once('error', () => undefined); // the close of the response tells
    this.#req.pipe(outgoing);
  }

  /** The recorder ends; what has come so far is no whole exchange. */
  stop(): void {
    this.#finish('stopped', 'wireproof record was stopped before the end');
    this.#outgoing?.destroy();
  }

  #listenTo(outgoing: ClientRequest): void {
    outgoing.once('socket', (socket) => this.#watch(socket));
    outgoing.on('information', ({ statusCode, rawHeaders }) => this.#pass1xx(statusCode, rawHeaders));
    outgoing.once('response', (answer) => this.#passOn(answer));
    outgoing.once('timeout', () => {
      this.#hung = true;
      outgoing.destroy(new Error(`no byte from the upstream for ${this.#options.idleMs} ms`));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    outgoing.once('finish', () => {
      this.#sentAtMs = performance.now();
    });
  }

  readonly #onData = (bytes: Buffer): void => this.#tap.push(bytes, performance.now());

  #watch(socket: Socket): void {
    this.#socket = socket;
    this.#socketEnd = new SocketEnd(socket);
    // Before the parser's own listener: what the parser makes of these bytes must already be in the tap.
    socket.prependListener('data', this.#onData);
    this.#connected = !socket.connecting;
    // A connection that is used again would keep what waits for it, and all of its exchange, for ever.
    if (this.#connected) return;
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
    });
  }

  #pass1xx(status: number, raw: readonly string[]): void {
    this.#informational.push({ status, fields: pairs(raw) });
    this.#res.socket?.write(rawHead(status, raw), 'latin1');
  }

  #passOn(answer: IncomingMessage): void {
    this.#answer = answer;
    this.#headAtMs = performance.now();
    this.#res.sendDate = false;
    // An answer that lasts until the end of the connection does so for the client, too.
    if (this.#tap.framing === 'close') this.#res.useChunkedEncodingByDefault = false;
    this.#res.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOnFields(answer.rawHeaders));
    // What comes of the body in the same turn goes with the head; a head that stands alone does not wait for it.
    setImmediate(() => this.#res.flushHeaders());
    answer.on('data', (piece: Buffer) => {
      if (!this.#res.write(piece)) answer.pause();
    });
    this.#res.on('drain', () => answer.resume());
    answer.once('end', () => this.#onEnd(answer));
    // An answer that is cut says so by an error, and then does not end.
    answer.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
  }

  #onEnd(answer: IncomingMessage): void {
    // Until the end of the connection, a torn one looks like an end to the parser.
    if (this.#socketEnd?.reset === true) return this.#failed(new Error('reset'));
    const trailers = pairs(answer.rawTrailers);
    if (trailers.length > 0) this.#res.addTrailers(trailers);
    this.#res.end();
    this.#finish();
  }

  #onClientGone(): void {
    if (this.#over || this.#res.writableFinished) return;
    this.#finish('client-left', 'the client closed its connection before the end');
    this.#outgoing?.destroy();
  }

  /** What came is handed on, and then the caller's connection ends as the upstream's did. */
  #failed(error: NodeJS.ErrnoException): void {
    if (this.#over) return;
    const why = error.code ?? error.message;
    if (this.#hung) this.#finish('upstream-hung', error.message);
    else if (this.#answer === undefined) this.#finish('no-answer', why);
    else this.#finish();
    this.#endClient(why);
  }

  #endClient(why: string): void {
    const { headersSent, socket } = this.#res;
    if (!headersSent && (this.#hung || !this.#connected)) {
      this.#res.writeHead(this.#hung ? 504 : 502, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      this.#res.end(`wireproof record: the upstream gave no answer: ${why}\n`);
    } else if (socket === null || this.#socketEnd?.reset !== true) socket?.destroySoon();
    // A reset throws away what the client's side has not read yet.
    else void peerHasRead(socket).then(() => socket.resetAndDestroy());
  }

  #finish(by?: Spoiled, detail = ''): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket?.off('data', this.#onData);
    const { method = 'GET', url = '/', rawHeaders } = this.#req;
    const body = this.#body.bytes();
    const answer = this.#answer === undefined ? undefined : this.#answerOf(this.#answer, this.#tap.body());
    this.#socketEnd?.release();
    this.#onOver();
    this.#options.onCaptured({
      at: this.#at,
      request: { method, target: url, fields: pairs(rawHeaders), whole: this.#body.whole, ...(body !== undefined && { body }) },
      ...(answer !== undefined && { answer }),
      ...(by !== undefined && { spoiled: { by, detail } }),
    });
  }

  #answerOf(answer: IncomingMessage, body: TappedBody): CapturedAnswer {
    return {
      status: answer.statusCode ?? 0,
      reason: answer.statusMessage ?? '',
      version: answer.httpVersion === '1.0' ? '1.0' : '1.1',
      informational: this.#informational,
      fields: pairs(answer.rawHeaders),
      headAfterMs: Math.max(0, this.#headAtMs - (this.#sentAtMs ?? this.#headAtMs)),
      headAtMs: this.#headAtMs,
      framing: this.#tap.framing,
      body,
      trailers: pairs(answer.rawTrailers),
      ends: this.#endOf(body),
      endedAtMs: performance.now(),
    };
  }

  #endOf(body: TappedBody): CapturedAnswer['ends'] {
    if (this.#socketEnd?.reset === true) return 'reset';
    if (body.whole) return 'complete';
    // Without a promised length the end of the connection is the end of the body.
    return this.#tap.framing === 'close' && body.tail.length === 0 ? 'complete' : 'fin';
  }
}
