import { ProxyError } from '../errors.ts';
import { outcomeInfo } from './attempt.ts';
import type { RelayContext } from './context.ts';
import { expectedStream } from './expected-stream.ts';
import { findAnswer } from './find-answer.ts';
import type { Found, Unanswered } from './find-answer.ts';
import type { Inbound } from './inbound.ts';
import type { InFlight } from './in-flight.ts';
import { lossesHeader } from './losses.ts';
import { ranOutOfStack } from './nesting.ts';
import { readQuestion } from './question.ts';
import type { Question } from './question.ts';
import { ExchangeRecord } from './record.ts';
import type { ExchangeEnd } from './record.ts';
import { headersToPassOn } from './reply.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import type { Sink } from './sink.ts';

/** What the client is told of a failure. @throws the error itself when nobody foresaw it. */
export const asProxyError = (error: unknown): ProxyError => {
  if (error instanceof ProxyError) return error;
  if (ranOutOfStack(error)) return new ProxyError('invalid-request', 'The request body is nested too deeply to be translated.');
  throw error;
};

const giveAnswer = async (sink: Sink, question: Question, found: Found, signal: AbortSignal): Promise<ExchangeEnd> => {
  const fallback: ReplyHeaders = found.model === question.model ? {} : { 'wireproof-fallback': encodeURI(found.model) };
  const headers = { ...headersToPassOn(found.headers), ...fallback, ...lossesHeader(found.losses ?? []) };
  if (found.opened.kind === 'stream') return sink.giveStream(found.opened, headers, signal);
  const unbuffered: ReplyHeaders = question.stream ? { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } : {};
  return sink.giveWhole(found.opened, { ...headers, ...unbuffered }, signal);
};

const giveRefusal = async (sink: Sink, { dialect }: Inbound, outcome: Unanswered): Promise<ExchangeEnd> => {
  if (outcome.kind === 'fault') await sink.giveError({ dialect, info: outcome.error.toInfo() });
  else {
    const { info, untouched, failure } = outcome.refused;
    await sink.giveError({ dialect, info, untouched, headers: headersToPassOn(failure.headers) });
  }
  return 'refused';
};

interface Running {
  readonly context: RelayContext;
  readonly inbound: Inbound;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly record: ExchangeRecord;
}

const run = async ({ context, inbound, sink, signal, record }: Running): Promise<ExchangeEnd> => {
  const question = await readQuestion(context, inbound);
  record.about({ model: question.model, stream: question.stream });
  if (question.stream) sink.expectStream?.(expectedStream(context, question));
  const found = await findAnswer({ context, question, signal, record });
  if (signal.aborted) return 'client-left';
  if (found.kind === 'opened') {
    if (found.model !== question.model) record.about({ fallback: found.model });
    return giveAnswer(sink, question, found, signal);
  }
  record.about({ error: outcomeInfo(found).code ?? `status ${outcomeInfo(found).status}` });
  return giveRefusal(sink, inbound, found);
};

const runToEnd = async (running: Running): Promise<ExchangeEnd> => {
  try {
    return await run(running);
  } catch (error) {
    if (running.signal.aborted) return 'client-left';
    const refusal = asProxyError(error);
    const info = refusal.toInfo();
    running.record.about({ error: info.code });
    await running.sink.giveError({ dialect: running.inbound.dialect, info });
    return 'refused';
  }
};

/** One request from its bytes to its answer. The client's leaving, or the proxy's closing, ends the upstream's work at once. */
export const exchange = async (context: RelayContext, inbound: Inbound, sink: Sink, inFlight: InFlight): Promise<void> => {
  const startedAt = context.clock.now();
  const record = new ExchangeRecord();
  const controller = new AbortController();
  const stopListening = sink.onLeft(() => controller.abort());
  inFlight.enter(controller);
  let end: ExchangeEnd | 'failed' = 'failed';
  try {
    end = await runToEnd({ context, inbound, sink, signal: controller.signal, record });
    if (end === 'client-left') sink.leave();
  } finally {
    inFlight.leave(controller);
    stopListening();
    sink.release?.();
    const { method, path, bytes } = inbound;
    const status = end === 'client-left' ? 499 : sink.status();
    const about = { method, path, status, end, durationMs: context.clock.now() - startedAt, requestBytes: bytes.length };
    context.log({ level: 'info', message: 'request', fields: { event: 'request', ...about, ...sink.about, ...record.fields } });
  }
};
