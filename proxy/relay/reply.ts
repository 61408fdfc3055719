import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import type { Dialect } from '../dialects/dialect.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { Step } from './answer-stream.ts';
import type { Opened } from './open-answer.ts';
import type { ExchangeEnd } from './record.ts';
import { transportError } from './send.ts';

export type ReplyHeaders = Readonly<Record<string, string>>;

/** What of an upstream's headers a client can use: when to come back, and what to quote to the vendor. */
const passedOn = ['retry-after', 'x-request-id', 'request-id'] as const;

export const headersToPassOn = (headers: Readonly<Record<string, string | undefined>>): ReplyHeaders =>
  Object.fromEntries(passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

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

/** Writes and waits for the client when its buffer is full. False when it has left. */
const write = async (raw: ServerResponse, out: string | Buffer, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted || raw.destroyed) return false;
  if (out.length === 0 || raw.write(out)) return true;
  try {
    await once(raw, 'drain', { signal });
    return true;
  } catch {
    return false;
  }
};

const streamSteps = async function* ({ stream, first, rest }: Extract<Opened, { kind: 'stream' }>): AsyncGenerator<Step, void, undefined> {
  yield { out: first };
  try {
    for await (const batch of rest) {
      const step = stream.push(batch);
      yield step;
      if (step.error !== undefined) return;
    }
  } catch (error) {
    yield stream.fail(transportError(error, 'in the answer'));
    return;
  }
  yield stream.finish();
};

/** Gives a streamed answer to the client as it comes, one write per read, at the client's pace. */
export const sendStream = async (
  reply: FastifyReply,
  opened: Extract<Opened, { kind: 'stream' }>,
  headers: ReplyHeaders,
  signal: AbortSignal,
): Promise<ExchangeEnd> => {
  reply.hijack();
  const { raw } = reply;
  // A write that crosses with the client's leaving must not end the process; the signal tells of the leaving.
  raw.on('error', () => undefined);
  raw.writeHead(200, { ...headers, 'content-type': opened.stream.contentType, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  let end: ExchangeEnd = 'complete';
  try {
    for await (const step of streamSteps(opened)) {
      if (step.error !== undefined) end = 'broken-stream';
      if (!(await write(raw, step.out, signal))) return 'client-left';
    }
  } catch (error) {
    raw.destroy();
    throw error;
  }
  raw.end();
  return end;
};
