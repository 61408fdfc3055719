import { ProxyError } from '../errors.ts';
import type { Loss } from '../ir/loss.ts';
import type { Operation, ProviderCall } from '../providers/provider.ts';
import type { Failure, FailureVerdict } from '../remedies/remedy.ts';
import type { Candidate } from '../routing/model-table.ts';
import { attempt } from './attempt.ts';
import type { Asking, Outcome } from './attempt.ts';
import type { RelayContext } from './context.ts';
import { estimatedCount, lacksCounting } from './estimate.ts';
import { lossesRefusal } from './losses.ts';
import { prepare } from './prepare.ts';
import type { ExchangeRecord } from './record.ts';
import type { Question } from './question.ts';

export type Found = Extract<Outcome, { kind: 'opened' }> & { readonly model: string };
export type Unanswered = Exclude<Outcome, { kind: 'opened' }>;

interface Search {
  readonly context: RelayContext;
  readonly question: Question;
  readonly signal: AbortSignal;
  readonly record: ExchangeRecord;
}

/** How asking for one model ended. */
interface ModelEnd {
  readonly outcome: Outcome;
  /** Why another model may be asked instead; absent: it may not. */
  readonly fallback?: string;
}

const verdictOf = ({ remedies }: RelayContext, failure: Failure, kind: FailureVerdict['kind']): FailureVerdict | undefined => {
  for (const { onFailure } of remedies) {
    const verdict = onFailure?.(failure);
    if (verdict?.kind === kind) return verdict;
  }
  return undefined;
};

const fallbackReason = (context: RelayContext, failure: Failure): string | undefined => {
  const verdict = verdictOf(context, failure, 'fallback');
  return verdict?.kind === 'fallback' ? verdict.because : undefined;
};

const raiseAlerts = ({ remedies, log }: RelayContext, failure: Failure): void => {
  for (const { alert } of remedies) {
    const message = alert?.(failure);
    if (message === undefined) continue;
    const { model, status, modelRefusals: count } = failure;
    log({ level: 'warn', message, fields: { event: 'model-failure-alert', model, status, count } });
  }
};

const coolDown = ({ remedies, routing }: RelayContext, failure: Failure): void => {
  const times = remedies.flatMap(({ cooldownMs }) => cooldownMs?.(failure) ?? []);
  if (times.length > 0) routing.cooldowns.start(failure, Math.max(...times));
};

/** Statuses after which another credential may do better; other client errors are the request's own fault and would only be repeated. */
const isCredentialFault = (status: number): boolean =>
  status === 401 || status === 402 || status === 403 || status === 429 || status >= 500;

const withLosses = (outcome: Outcome, ofRequest: readonly Loss[], record: ExchangeRecord): Outcome => {
  if (outcome.kind !== 'opened') return outcome;
  const ofAnswer = outcome.opened.kind === 'whole' ? (outcome.opened.losses ?? []) : [];
  const losses = [...ofRequest, ...ofAnswer];
  record.lost(losses);
  return { ...outcome, losses };
};

const askOnce = (search: Search, asking: Asking, call: ProviderCall, attemptId: string): Promise<Outcome> => {
  search.record.attempted(asking);
  return attempt(asking, call, attemptId);
};

/** Asks one credential: once, and once more changed when a remedy knows how. */
const askCandidate = async (search: Search, candidate: Candidate, model: string): Promise<Outcome> => {
  const { context, question, signal, record } = search;
  const asking = { context, question, candidate, model, signal };
  const attemptId = context.nextId();
  const { call, losses } = prepare(context, question, candidate, attemptId);
  record.lost(losses);
  if (losses.length > 0 && context.config.losses === 'refuse') {
    return { kind: 'fault', error: lossesRefusal(losses, candidate.provider.dialect) };
  }
  const first = await askOnce(search, asking, call, attemptId);
  const verdict = first.kind === 'refused' ? verdictOf(context, first.refused.failure, 'retry') : undefined;
  const last = verdict?.kind === 'retry' ? await askOnce(search, asking, verdict.call, context.nextId()) : first;
  return withLosses(last, losses, record);
};

const describeWait = (ms: number): string => (ms >= 120_000 ? `${Math.ceil(ms / 60_000)} min` : `${Math.ceil(ms / 1000)} s`);

/** Everybody who serves the model is out of service: the request is turned away, or sent on, without asking again. */
const turnedAway = ({ context, question }: Search, candidates: readonly Candidate[], model: string): ModelEnd => {
  const now = context.clock.now();
  const cooling = candidates.flatMap((candidate) => context.routing.cooldowns.of(candidate) ?? []).sort((a, b) => a.until - b.until);
  const [soonest] = cooling;
  if (soonest === undefined) throw new ProxyError('no-usable-credential', `No credential serves the model "${model}".`);
  const { because, until } = soonest;
  const failure = { ...because, modelRefusals: because.modelRefusals === 0 ? 0 : context.routing.counts.add('model', because.model) };
  raiseAlerts(context, failure);
  const reason = fallbackReason(context, { ...failure, requestedModel: question.model });
  const message = `No usable credential for the model "${model}": the upstream refused it with status ${because.status}. It is asked again in ${describeWait(until - now)}.`;
  const error = new ProxyError('no-usable-credential', message, { retryAfterSeconds: Math.ceil((until - now) / 1000) });
  return { outcome: { kind: 'fault', error }, ...(reason !== undefined && { fallback: reason }) };
};

const notSupported = (operation: Operation, model: string): ProxyError =>
  operation === 'embeddings'
    ? new ProxyError('embeddings-not-supported', `Embeddings are not supported for the model "${model}".`, { param: 'model' })
    : new ProxyError('compact-not-supported', `/responses/compact is not supported for the model "${model}".`, { param: 'model' });

/** Those that have what is asked for; none when a count of tokens has to be estimated. */
const supporting = ({ context, question: { operation } }: Search, model: string): readonly Candidate[] => {
  const candidates = context.routing.candidates(model);
  const able = candidates.filter(({ provider }) => provider.operations.includes(operation));
  if (able.length > 0 || operation === 'count-tokens') return able;
  throw notSupported(operation, model);
};

/** Asks the credentials of one model in turn. */
const askModel = async (search: Search, model: string): Promise<ModelEnd> => {
  const { context } = search;
  const candidates = supporting(search, model);
  if (candidates.length === 0) return { outcome: estimatedCount(search.question) };
  const usable = candidates.filter((candidate) => context.routing.cooldowns.of(candidate) === undefined);
  if (usable.length === 0) return turnedAway(search, candidates, model);
  let end: ModelEnd | undefined;
  for (const candidate of usable) {
    const outcome = await askCandidate(search, candidate, model);
    if (outcome.kind === 'opened') return { outcome };
    if (search.signal.aborted) return { outcome };
    if (outcome.kind === 'fault') {
      end = { outcome };
      continue;
    }
    const { failure } = outcome.refused;
    if (lacksCounting(failure)) return { outcome: estimatedCount(search.question) };
    coolDown(context, failure);
    raiseAlerts(context, failure);
    const reason = fallbackReason(context, failure);
    end = { outcome, ...(reason !== undefined && { fallback: reason }) };
    if (reason === undefined && failure.modelRefusals === 0 && !isCredentialFault(failure.status)) break;
  }
  if (end === undefined) throw new ProxyError('no-usable-credential', `No credential serves the model "${model}".`);
  return end;
};

const maxModels = 8;

/**
 * Finds somebody who answers: the credentials of the requested model in turn, then, where a remedy allows it, the models that the
 * configuration names as its fallback. Each model is asked at most once, so that fallbacks may name each other.
 */
export const findAnswer = async (search: Search): Promise<Found | Unanswered> => {
  const { context, question, record } = search;
  const queue = [question.model];
  let last: Unanswered | undefined;
  for (let at = 0; at < queue.length && at < maxModels; at += 1) {
    const model = queue[at] ?? question.model;
    if (at > 0 && !context.routing.knows(model)) continue;
    const { outcome, fallback } = await askModel(search, model);
    if (outcome.kind === 'opened') return { ...outcome, model };
    last = outcome;
    if (fallback === undefined || search.signal.aborted) break;
    queue.push(...(context.config.fallback[model] ?? []).filter((next) => !queue.includes(next)));
    record.fellBack(model, fallback);
  }
  if (last === undefined) throw new ProxyError('no-usable-credential', `No credential serves the model "${question.model}".`);
  return last;
};
