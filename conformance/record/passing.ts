import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { AnswerTap, type TappedBody } from './answer-tap.ts';
import { type Begun, type CapturedAnswer, pairs, type Spoiled } from './captured.ts';
import { endAsUpstream, say1xx, sayToClient } from './client-end.ts';
import { passedOnFields } from './hop-by-hop.ts';
import { KeptBody } from './kept-body.ts';
import { originForm } from './origin-form.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { sendUpstream } from './send-upstream.ts';
import { SocketEnd } from './socket-end.ts';
import { UpstreamIdle } from './upstream-idle.ts';

/** One exchange on its way: the request forward, the answer back, and a look at both. */
export class Passing {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #options: PassThroughOptions;
  readonly #onOver: () => void;
  readonly #begun: Begun;
  readonly #target: string;
  readonly #body: KeptBody;
  readonly #tap: AnswerTap;
  readonly #informational: { status: number; fields: [string, string][] }[] = [];
  #answer: IncomingMessage | undefined;
  #headAtMs = 0;
  #sentAtMs: number | undefined;
  #socket: Socket | undefined;
  #socketEnd: SocketEnd | undefined;
  #idle: UpstreamIdle | undefined;
  #outgoing: ClientRequest | undefined;
  #connected = false;
  /** The client does not read as fast as the answer comes. */
  #held = false;
  #hung = false;
  #over = false;

  constructor(req: IncomingMessage, res: ServerResponse, begun: Begun, options: PassThroughOptions, onOver: () => void) {
    this.#req = req;
    this.#res = res;
    this.#options = options;
    this.#onOver = onOver;
    this.#begun = begun;
    this.#target = originForm(req.url ?? '/');
    this.#body = new KeptBody(req, options.mostBytes);
    this.#tap = new AnswerTap(options.mostBytes, req.method === 'HEAD');
  }

  begin(agent: Agent): void {
    this.#res.once('close', () => this.#onClientGone());
    this.#req.once('error', () => undefined); // the close of the response tells
    this.#attempt(400, () => {
      const outgoing = sendUpstream(this.#req, this.#target, this.#options, agent);
      this.#outgoing = outgoing;
      this.#listenTo(outgoing);
      this.#req.pipe(outgoing);
    });
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
    outgoing.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    outgoing.once('finish', () => {
      this.#sentAtMs = performance.now();
    });
  }

  /** Node throws where it would not say what a peer has said. That ends this exchange, and no other. */
  #attempt(status: 400 | 502, act: () => void): void {
    try {
      act();
    } catch (error) {
      const why = `the ${status === 400 ? 'request' : 'answer'} cannot be handed on: ${(error as Error).message}`;
      this.#finish('no-answer', why);
      this.#outgoing?.destroy();
      sayToClient(this.#res, status, why);
    }
  }

  readonly #onData = (bytes: Buffer): void => this.#tap.push(bytes, performance.now());

  #watch(socket: Socket): void {
    this.#socket = socket;
    this.#socketEnd = new SocketEnd(socket);
    this.#idle = new UpstreamIdle(socket, {
      idleMs: this.#options.idleMs,
      waitsForClient: () => this.#held || this.#waitsForUpload(),
      onHung: () => this.#hang(),
    });
    // Before the parser's own listener: what the parser makes of these bytes must already be in the tap.
    socket.prependListener('data', this.#onData);
    this.#connected = !socket.connecting;
    // A connection that is used again would keep what waits for it, and all of its exchange, for ever.
    if (this.#connected) return;
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
    });
  }

  /** Nothing of the request is left to send but what the client still has; one that waits for `100 Continue` waits for the upstream. */
  #waitsForUpload(): boolean {
    const mayGoOn = this.#req.headers.expect === undefined || this.#informational.length > 0;
    return this.#connected && mayGoOn && !this.#req.complete && this.#outgoing?.writableNeedDrain === false;
  }

  #hang(): void {
    this.#hung = true;
    this.#outgoing?.destroy(new Error(`no byte from the upstream for ${this.#options.idleMs} ms`));
  }

  #pass1xx(status: number, raw: readonly string[]): void {
    this.#informational.push({ status, fields: pairs(raw) });
    say1xx(this.#res, status, raw);
  }

  #passOn(answer: IncomingMessage): void {
    this.#answer = answer;
    this.#headAtMs = performance.now();
    // An answer that is cut says so by an error, and then does not end.
    answer.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    this.#attempt(502, () => {
      this.#passHead(answer);
      this.#passBody(answer);
    });
  }

  #passHead({ statusCode = 502, statusMessage, rawHeaders }: IncomingMessage): void {
    this.#res.sendDate = false;
    // An answer that lasts until the end of the connection does so for the client, too.
    if (this.#tap.framing === 'close') this.#res.useChunkedEncodingByDefault = false;
    const chunked = this.#tap.framing === 'chunked' && this.#res.useChunkedEncodingByDefault;
    this.#res.writeHead(statusCode, statusMessage, passedOnFields(rawHeaders, chunked));
    // What comes of the body in the same turn goes with the head; a head that stands alone does not wait for it.
    setImmediate(() => this.#res.flushHeaders());
  }

  #passBody(answer: IncomingMessage): void {
    answer.on('data', (piece: Buffer) => {
      if (this.#res.write(piece)) return;
      this.#held = true;
      answer.pause();
    });
    this.#res.on('drain', () => {
      this.#held = false;
      this.#idle?.restart();
      answer.resume();
    });
    answer.once('end', () => this.#onEnd(answer));
  }

  #onEnd(answer: IncomingMessage): void {
    // Until the end of the connection, a torn one looks like an end to the parser.
    if (this.#socketEnd?.reset === true) return this.#failed(new Error('reset'));
    const trailers = pairs(answer.rawTrailers);
    this.#attempt(502, () => {
      if (trailers.length > 0) this.#res.addTrailers(trailers);
      this.#res.end();
    });
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
    const isReset = this.#socketEnd?.reset === true;
    if (this.#hung) this.#finish('upstream-hung', error.message);
    else if (this.#answer === undefined) this.#finish('no-answer', why);
    else this.#finish();
    const isSilent = !this.#res.headersSent && (this.#hung || !this.#connected);
    if (isSilent) sayToClient(this.#res, this.#hung ? 504 : 502, `the upstream gave no answer: ${why}`);
    else endAsUpstream(this.#res, isReset);
  }

  #finish(by?: Spoiled, detail = ''): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket?.off('data', this.#onData);
    const { method = 'GET', rawHeaders } = this.#req;
    const body = this.#body.bytes();
    const answer = this.#answer === undefined ? undefined : this.#answerOf(this.#answer, this.#tap.body());
    this.#socketEnd?.release();
    this.#idle?.release();
    this.#onOver();
    this.#options.onCaptured({
      ...this.#begun,
      request: { method, target: this.#target, fields: pairs(rawHeaders), whole: this.#body.whole, ...(body !== undefined && { body }) },
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
