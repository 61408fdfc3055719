import type { FastifyReply } from 'fastify';

import { ProxyError } from '../errors.ts';
import { outcomeInfo } from './attempt.ts';
import type { RelayContext } from './context.ts';
import { findAnswer } from './find-answer.ts';
import type { Found, Unanswered } from './find-answer.ts';
import type { Inbound } from './inbound.ts';
import type { InFlight } from './in-flight.ts';
import { readQuestion } from './question.ts';
import type { Question } from './question.ts';
import { ExchangeRecord } from './record.ts';
import type { ExchangeEnd } from './record.ts';
import { headersToPassOn, sendError, sendStream } from './reply.ts';
import type { ReplyHeaders } from './reply.ts';

const asProxyError = (error: unknown): ProxyError => {
  if (error instanceof ProxyError) return error;
  throw error;
};

const giveAnswer = async (reply: FastifyReply, question: Question, found: Found, signal: AbortSignal): Promise<ExchangeEnd> => {
  const fallback: ReplyHeaders = found.model === question.model ? {} : { 'wireproof-fallback': encodeURI(found.model) };
  const headers = { ...headersToPassOn(found.headers), ...fallback };
  if (found.opened.kind === 'stream') return sendStream(reply, found.opened, headers, signal);
  const { contentType, body } = found.opened;
  const unbuffered: ReplyHeaders = question.stream ? { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } : {};
  await reply
    .code(200)
    .headers({ ...headers, ...unbuffered, 'content-type': contentType })
    .send(body);
  return 'complete';
};

const giveRefusal = async (reply: FastifyReply, { dialect }: Inbound, outcome: Unanswered): Promise<ExchangeEnd> => {
  if (outcome.kind === 'fault') await sendError(reply, dialect, outcome.error.toInfo());
  else {
    const { info, untouched, failure } = outcome.refused;
    await sendError(reply, dialect, info, untouched, headersToPassOn(failure.headers));
  }
  return 'refused';
};

interface Running {
  readonly context: RelayContext;
  readonly inbound: Inbound;
  readonly reply: FastifyReply;
  readonly signal: AbortSignal;
  readonly record: ExchangeRecord;
}

const run = async ({ context, inbound, reply, signal, record }: Running): Promise<ExchangeEnd> => {
  const question = await readQuestion(context, inbound);
  record.about({ model: question.model, stream: question.stream });
  const found = await findAnswer({ context, question, signal, record });
  if (signal.aborted) return 'client-left';
  if (found.kind === 'opened') {
    if (found.model !== question.model) record.about({ fallback: found.model });
    return giveAnswer(reply, question, found, signal);
  }
  record.about({ error: outcomeInfo(found).code ?? `status ${outcomeInfo(found).status}` });
  return giveRefusal(reply, inbound, found);
};

const runToEnd = async (running: Running): Promise<ExchangeEnd> => {
  try {
    return await run(running);
  } catch (error) {
    if (running.signal.aborted) return 'client-left';
    const refusal = asProxyError(error);
    const info = refusal.toInfo();
    running.record.about({ error: info.code });
    await sendError(running.reply, running.inbound.dialect, info);
    return 'refused';
  }
};

/** One request from its bytes to its answer. The client's leaving, or the proxy's closing, ends the upstream's work at once. */
export const exchange = async (context: RelayContext, inbound: Inbound, reply: FastifyReply, inFlight: InFlight): Promise<void> => {
  const startedAt = context.clock.now();
  const record = new ExchangeRecord();
  const controller = new AbortController();
  const onClose = (): void => {
    if (!reply.raw.writableFinished) controller.abort();
  };
  reply.raw.once('close', onClose);
  inFlight.enter(controller);
  let end: ExchangeEnd | 'failed' = 'failed';
  try {
    end = await runToEnd({ context, inbound, reply, signal: controller.signal, record });
    if (end === 'client-left') leave(reply);
  } finally {
    inFlight.leave(controller);
    reply.raw.off('close', onClose);
    const { method, path, bytes } = inbound;
    const status = end === 'client-left' ? 499 : reply.raw.statusCode;
    const about = { method, path, status, end, durationMs: context.clock.now() - startedAt, requestBytes: bytes.length };
    context.log({ level: 'info', message: 'request', fields: { event: 'request', ...about, ...record.fields } });
  }
};

/** Nobody is there to answer to, or the proxy closes: the socket goes, so that nothing looks complete. */
const leave = (reply: FastifyReply): void => {
  if (!reply.sent) reply.hijack();
  reply.raw.destroy();
};
