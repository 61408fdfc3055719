import { endOfTurn } from '../end-of-turn.ts';
import { ProxyError } from '../errors.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import { mannered, upstreamHeaders } from '../personas/acting/reply-policy.ts';
import { outcomeInfo } from './attempt.ts';
import type { RelayContext } from './context.ts';
import { Departure } from './departure.ts';
import type { EndSignal } from './departure.ts';
import { expectedStream } from './expected-stream.ts';
import { findAnswer } from './find-answer.ts';
import type { Found, Unanswered } from './find-answer.ts';
import { withEstimate } from './hooks.ts';
import type { Inbound } from './inbound.ts';
import { closing } from './in-flight.ts';
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
import { unbuffered } from './stream-body.ts';
import type { UsageOutcome } from '../usage/usage-record.ts';

/** What the client is told of a failure. @throws the error itself when nobody foresaw it. */
export const asProxyError = (error: unknown): ProxyError => {
  if (error instanceof ProxyError) return error;
  if (ranOutOfStack(error)) return new ProxyError('invalid-request', 'The request body is nested too deeply to be translated.');
  throw error;
};

interface Running {
  readonly context: RelayContext;
  readonly inbound: Inbound;
  readonly sink: Sink;
  readonly signal: EndSignal;
  readonly record: ExchangeRecord;
}

/** An error on its way to the client. */
interface Telling {
  readonly info: ErrorInfo;
  /** The upstream's own envelope, where it may pass. */
  readonly untouched?: string | undefined;
  /** What the upstream said, if it was the upstream who refused. */
  readonly upstreamText?: string;
  /** Of the upstream. */
  readonly passed?: ReplyHeaders;
}

const nothingToTell: ReplyHeaders = {};

/** Which credential was asked, where a build tells (sheet 1.2). */
const traceOf = ({ persona, routing }: RelayContext, record: ExchangeRecord): ReplyHeaders => {
  if (persona.answers.traceId === 'absent' || record.credential === '') return nothingToTell;
  return { 'x-cpa-trace-id': String(routing.channels.findIndex(({ credential }) => credential.id === record.credential)) };
};

const giveAnswer = ({ context, inbound, sink, signal, record }: Running, question: Question, found: Found): Promise<ExchangeEnd> => {
  const headers: Record<string, string> = {};
  Object.assign(headers, upstreamHeaders(context, headersToPassOn(found.headers, inbound.dialect.id)), traceOf(context, record));
  if (found.model !== question.model) headers['wireproof-fallback'] = encodeURI(found.model);
  if (found.losses !== undefined && found.losses.length > 0) Object.assign(headers, lossesHeader(found.losses));
  if (found.opened.kind === 'stream') return sink.giveStream(found.opened, headers, signal);
  if (question.stream) Object.assign(headers, unbuffered(context.persona.answers.buffering));
  return sink.giveWhole(found.opened, headers, signal);
};

/** Tells an error in the dialect's words, or in those of the persona. */
const giveError = async ({ context, inbound: { dialect }, sink, record }: Running, refusal: Telling): Promise<void> => {
  const { info, untouched, upstreamText, passed = {} } = refusal;
  const told = mannered(context, { dialect: dialect.id, info, upstreamText });
  const headers = { ...upstreamHeaders(context, passed), ...traceOf(context, record), ...told.headers };
  await sink.giveError({ dialect, info: told.info, untouched: told.body ?? untouched, headers });
};

const giveRefusal = async (running: Running, outcome: Unanswered): Promise<ExchangeEnd> => {
  if (outcome.kind === 'fault') await giveError(running, { info: outcome.error.toInfo() });
  else {
    const { info, untouched, failure } = outcome.refused;
    const passed = headersToPassOn(failure.headers, running.inbound.dialect.id);
    await giveError(running, { info, untouched, upstreamText: failure.bodyText, passed });
  }
  return 'refused';
};

const run = async (running: Running): Promise<ExchangeEnd> => {
  const { context, inbound, sink, signal, record } = running;
  const question = await readQuestion(context, inbound);
  record.asks(question);
  if (question.stream) sink.expectStream?.(expectedStream(context, question));
  const found = await findAnswer({ context, question, signal, record });
  if (signal.aborted) return 'client-left';
  if (found.kind === 'opened') {
    if (found.model !== question.model) record.answeredBy(found.model);
    const { opened } = found;
    record.answered(opened.kind === 'stream' ? () => opened.stream.size() : opened.size, context.clock.now());
    return giveAnswer(running, question, found);
  }
  record.failed(outcomeInfo(found).code ?? `status ${outcomeInfo(found).status}`);
  return giveRefusal(running, found);
};

const runToEnd = async (running: Running): Promise<ExchangeEnd> => {
  try {
    await endOfTurn();
    return await run(running);
  } catch (error) {
    if (running.signal.aborted) return 'client-left';
    const refusal = asProxyError(error);
    const info = refusal.toInfo();
    running.record.failed(info.code);
    await giveError(running, { info });
    return 'refused';
  }
};

const outcomes: Readonly<Record<ExchangeEnd | 'failed', UsageOutcome>> = {
  complete: 'success',
  refused: 'failure',
  'broken-stream': 'failure',
  failed: 'failure',
  'cut-off': 'failure',
  'client-left': 'client-left',
};

interface Ended {
  readonly inbound: Inbound;
  readonly record: ExchangeRecord;
  readonly end: ExchangeEnd | 'failed';
  readonly status: number;
  readonly startedAt: number;
  readonly durationMs: number;
}

/** One line per exchange. Written out: this is made for every request, and spreading costs its time. */
const logFields = ({ inbound, record, end, status, durationMs }: Ended, ofSink: Sink['about']): Record<string, unknown> => {
  const { method, path, pieces } = inbound;
  const requestBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  const fields: Record<string, unknown> = { event: 'request', method, path, status, end, durationMs, requestBytes };
  for (const name in ofSink) fields[name] = ofSink[name];
  record.tellTo(fields);
  return fields;
};

/** Tells those who count. Every exchange passes here once, however it ended. */
const count = ({ usage, remedies }: RelayContext, { inbound, record, end, status, startedAt, durationMs }: Ended): void => {
  const { client, dialect, operation } = inbound;
  const { answeredAt } = record;
  const answered = record.answer();
  const isCountable = answered?.usage !== undefined || withEstimate(remedies).length > 0;
  usage.requestEnded({
    at: startedAt,
    client: client.id,
    dialect: dialect.id,
    operation,
    stream: record.stream,
    requestedModel: record.requestedModel,
    provider: record.provider,
    credential: record.credential,
    upstreamModel: record.upstreamModel,
    outcome: outcomes[end],
    status,
    attempts: record.attempts,
    fallbackModel: record.fallbackModel,
    durationMs,
    firstByteMs: answeredAt === undefined ? undefined : answeredAt - startedAt,
    answered: isCountable ? answered : undefined,
  });
};

/** An answer that nobody waited for, or that the proxy did not wait for when it closed: that is no fault of the client. */
const whoEnded = (end: ExchangeEnd, { reason }: EndSignal): ExchangeEnd => (end === 'client-left' && reason === closing ? 'cut-off' : end);

/** One request from its bytes to its answer. The client's leaving, or the proxy's closing, ends the upstream's work at once. */
export const exchange = async (context: RelayContext, inbound: Inbound, sink: Sink, inFlight: InFlight): Promise<void> => {
  const startedAt = context.clock.now();
  const record = new ExchangeRecord();
  const signal = new Departure();
  const stopListening = sink.onLeft(() => signal.abort());
  inFlight.enter(signal);
  let end: ExchangeEnd | 'failed' = 'failed';
  try {
    end = whoEnded(await runToEnd({ context, inbound, sink, signal, record }), signal);
    if (end === 'cut-off') record.failed('shutting_down');
    if (end === 'client-left' || end === 'cut-off') sink.leave();
  } finally {
    inFlight.leave(signal);
    stopListening();
    sink.release?.();
    const status = end === 'client-left' ? 499 : sink.status();
    const ended = { inbound, record, end, status, startedAt, durationMs: context.clock.now() - startedAt };
    context.log({ level: 'info', message: 'request', fields: logFields(ended, sink.about) });
    count(context, ended);
  }
};
