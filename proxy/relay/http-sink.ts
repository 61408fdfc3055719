import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import type { AnswerPolicy } from '../personas/persona.ts';
import { onceClosed } from './connection-close.ts';
import type { EndSignal } from './departure.ts';
import type { Opened } from './open-answer.ts';
import type { ExchangeEnd } from './record.ts';
import { sendError, sendStream } from './reply.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import type { ExpectedStream, Refusal, Sink } from './sink.ts';
import { StreamBody } from './stream-body.ts';

/**
 * Before the first keep-alive an error is an ordinary HTTP error. A keep-alive commits the status 200; an error that comes after it can
 * only be told as the dialect tells of a failure inside of a stream.
 */
const giveError = async (reply: FastifyReply, body: StreamBody, expected: ExpectedStream | undefined, refusal: Refusal): Promise<void> => {
  body.silence();
  const { dialect, info, untouched, headers } = refusal;
  if (!body.begun || expected === undefined) return sendError(reply, dialect, info, untouched, headers);
  if (headers !== undefined) body.begin(expected.writer.contentType, headers);
  body.end(expected.errorText(info));
};

/** More than this may take its time on the way to the client, and is waited for. */
const mostInOneGoBytes = 65_536;

/** Past the server's framework, whose serialising, hooks and types this answer has no use for. */
const writeWhole = (reply: FastifyReply, body: StreamBody, contentType: string, bytes: Buffer, headers: ReplyHeaders): void => {
  body.silence();
  if (body.begun) {
    body.begin(contentType, headers);
    body.end(bytes);
    return;
  }
  const { raw } = reply;
  reply.hijack();
  // A write that crosses with the client's leaving must not end the process; the signal tells of the leaving.
  raw.on('error', () => undefined);
  raw.writeHead(200, { ...headers, 'content-type': contentType, 'content-length': bytes.length });
  raw.end(bytes);
};

/** Whether all of it went on its way; false when the client has left before. */
const finished = (raw: ServerResponse, signal: EndSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isWhole: boolean): void => {
      raw.off('finish', onFinish).off('close', onGone);
      signal.removeEventListener('abort', onGone);
      resolve(isWhole);
    };
    // Node calls it finished, too, when what was left to write went with the connection.
    const onFinish = (): void => end(!raw.req.socket.destroyed);
    const onGone = (): void => end(false);
    raw.on('finish', onFinish).on('close', onGone);
    signal.addEventListener('abort', onGone);
  });

const nothingMore: Sink['about'] = {};

/** Answers as the body of an HTTP response. */
class HttpSink implements Sink {
  readonly about = nothingMore;
  readonly #reply: FastifyReply;
  readonly #body: StreamBody;
  #expected: ExpectedStream | undefined;
  #left: (() => void) | undefined;

  constructor(reply: FastifyReply, buffering: AnswerPolicy['buffering']) {
    this.#reply = reply;
    this.#body = new StreamBody(reply, buffering);
  }

  status(): number {
    return this.#reply.raw.statusCode;
  }

  readonly #onClose = (): void => {
    if (!this.#reply.raw.writableFinished) this.#left?.();
  };

  onLeft(left: () => void): () => void {
    const { raw } = this.#reply;
    this.#left = left;
    raw.on('close', this.#onClose);
    // A pipelined request's response has no connection until its turn comes, and is not told when there is none any more.
    const forget = raw.socket === null ? onceClosed(raw.req.socket, this.#onClose) : undefined;
    return () => {
      raw.off('close', this.#onClose);
      forget?.();
    };
  }

  expectStream(stream: ExpectedStream): void {
    this.#expected = stream;
    this.#body.expect(stream);
  }

  async giveWhole(
    { contentType, body: text }: Extract<Opened, { kind: 'whole' }>,
    headers: ReplyHeaders,
    signal: EndSignal,
  ): Promise<ExchangeEnd> {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    writeWhole(this.#reply, this.#body, contentType, bytes, headers);
    if (bytes.length <= mostInOneGoBytes) return 'complete';
    return (await finished(this.#reply.raw, signal)) ? 'complete' : 'client-left';
  }

  giveStream(opened: Extract<Opened, { kind: 'stream' }>, headers: ReplyHeaders, signal: EndSignal): Promise<ExchangeEnd> {
    return sendStream(this.#body, opened, headers, signal);
  }

  giveError(refusal: Refusal): Promise<void> {
    return giveError(this.#reply, this.#body, this.#expected, refusal);
  }

  leave(): void {
    if (!this.#reply.sent) this.#reply.hijack();
    this.#reply.raw.destroy();
  }

  release(): void {
    this.#body.release();
  }
}

/** Where the answer to one request of this server goes. */
export const newHttpSink = (
  reply: FastifyReply,
  { buffering }: Pick<AnswerPolicy, 'buffering'> = { buffering: 'x-accel-buffering' },
): Sink => new HttpSink(reply, buffering);
