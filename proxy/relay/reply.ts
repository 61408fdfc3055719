import type { FastifyReply } from 'fastify';

import type { Dialect } from '../dialects/dialect.ts';
import type { DialectId, ErrorInfo } from '../ir/chat.ts';
import type { Step } from './answer-stream.ts';
import type { Opened } from './open-answer.ts';
import type { ExchangeEnd } from './record.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import { transportError } from './send.ts';
import type { StreamBody } from './stream-body.ts';
import type { EndSignal } from './departure.ts';

/**
 * What of an upstream's headers a client can use: when to come back, what to quote to the vendor, and that a count of tokens is only a
 * guess. The SDKs of OpenAI and Anthropic and `ai` prefer `retry-after-ms` to the whole seconds of `retry-after`.
 */
const passedOn: ReadonlySet<string> = new Set(['retry-after', 'retry-after-ms', 'x-request-id', 'request-id', 'wireproof-estimated']);

/** Other bytes are legal, but arrive garbled: nobody says what they are encoded in. */
const isPlain = (value: string): boolean => /^[\x20-\x7e]*$/.test(value);

/** How much of the vendor's limits is left, in OpenAI's names and in Anthropic's. */
const rateLimit = /^(?:x|anthropic)-ratelimit-/;

type Received = Readonly<Record<string, string | undefined>>;

/** Where the vendor's own SDK looks for the upstream's id of the request; Google's looks nowhere. */
const nameOfId: Readonly<Partial<Record<DialectId, string>>> = {
  'openai-chat': 'x-request-id',
  'openai-completions': 'x-request-id',
  'openai-responses': 'x-request-id',
  'anthropic-messages': 'request-id',
};

/** The id also under the name that the client's dialect has for it. */
const withId = (headers: Received, client: DialectId): Received => {
  const [name, id] = [nameOfId[client], headers['x-request-id'] ?? headers['request-id']];
  return name === undefined || id === undefined || headers[name] !== undefined ? headers : { ...headers, [name]: id };
};

export const headersToPassOn = (received: Received, client: DialectId): ReplyHeaders => {
  const headers = withId(received, client);
  const passed: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && (passedOn.has(name) || rateLimit.test(name)) && isPlain(value)) passed[name] = value;
  }
  return passed;
};

/** Answers with an error in the dialect's own envelope, or with the upstream's envelope where that is the same. */
export const sendError = async (
  reply: FastifyReply,
  dialect: Dialect,
  info: ErrorInfo,
  untouched?: string,
  headers: ReplyHeaders = {},
): Promise<void> => {
  const retryAfter: ReplyHeaders = info.retryAfterSeconds === undefined ? {} : { 'retry-after': String(info.retryAfterSeconds) };
  await reply
    .code(info.status)
    .headers({ ...retryAfter, ...headers, 'content-type': 'application/json; charset=utf-8' })
    .send(untouched ?? JSON.stringify(dialect.encodeError(info)));
};

type OpenedStream = Extract<Opened, { kind: 'stream' }>;

const noMore = { value: undefined, done: true } as const;

/** No generator, for the same reason as `readEvents`. */
class StreamSteps implements AsyncIterableIterator<Step> {
  readonly #opened: OpenedStream;
  #isBegun = false;
  #isOver = false;

  constructor(opened: OpenedStream) {
    this.#opened = opened;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly next = async (): Promise<IteratorResult<Step, undefined>> => {
    if (this.#isOver) return noMore;
    const { stream, first, rest } = this.#opened;
    if (!this.#isBegun) {
      this.#isBegun = true;
      return { value: { out: first }, done: false };
    }
    try {
      const { value: batch, done } = await rest.next();
      if (done !== true) {
        const step = stream.push(batch);
        // Nothing may follow; the rest is not read.
        if (step.error !== undefined) await this.return();
        return { value: step, done: false };
      }
    } catch (error) {
      // It may have come from what was made of a batch: the upstream goes on until it is told otherwise.
      await this.return();
      return { value: stream.fail(transportError(error, 'in the answer')), done: false };
    }
    this.#isOver = true;
    return { value: stream.finish(), done: false };
  };

  readonly return = async (): Promise<IteratorResult<Step, undefined>> => {
    this.#isOver = true;
    await this.#opened.rest.return();
    return noMore;
  };
}

/** A streamed answer step by step, to its end or its failure. */
export const streamSteps = (opened: OpenedStream): AsyncIterableIterator<Step> => new StreamSteps(opened);

/** Gives a streamed answer to the client as it comes, one write per read, at the client's pace. */
export const sendStream = async (
  body: StreamBody,
  opened: OpenedStream,
  headers: ReplyHeaders,
  signal: EndSignal,
): Promise<ExchangeEnd> => {
  body.begin(opened.stream.contentType, headers);
  let end: ExchangeEnd = 'complete';
  for await (const step of streamSteps(opened)) {
    if (step.error !== undefined) end = 'broken-stream';
    const written = body.write(step.out, signal);
    if (!(typeof written === 'boolean' ? written : await written)) return 'client-left';
  }
  body.end();
  return end;
};
