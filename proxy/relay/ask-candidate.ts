import { ProxyError } from '../errors.ts';
import type { Loss } from '../ir/loss.ts';
import type { Credential, ProviderCall } from '../providers/provider.ts';
import type { Failure } from '../remedies/remedy.ts';
import { classOf } from '../routing/failure-class.ts';
import type { Candidate } from '../routing/model-table.ts';
import { attempt } from './attempt.ts';
import type { Asking, Outcome } from './attempt.ts';
import { lossesRefusal } from './losses.ts';
import { prepare } from './prepare.ts';
import type { ExchangeRecord } from './record.ts';
import { verdictOf } from './search.ts';
import type { Search } from './search.ts';

const withLosses = (outcome: Outcome, ofRequest: readonly Loss[], record: ExchangeRecord): Outcome => {
  if (outcome.kind !== 'opened') return outcome;
  const ofAnswer = outcome.opened.kind === 'whole' ? outcome.opened.losses : undefined;
  if (ofRequest.length === 0 && ofAnswer === undefined) return outcome;
  const losses = [...ofRequest, ...(ofAnswer ?? [])];
  record.lost(losses);
  return { ...outcome, losses };
};

const askOnce = (search: Search, asking: Asking, call: ProviderCall, attemptId: string): Promise<Outcome> => {
  search.record.attempted(asking);
  return attempt(asking, call, attemptId);
};

/** Asks with one state of the credential: once, and once more changed when a remedy knows how. */
const askWith = async (search: Search, candidate: Candidate, model: string): Promise<Outcome> => {
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
  const last = verdict === undefined ? first : await askOnce(search, asking, verdict.call, context.nextId());
  return withLosses(last, losses, record);
};

/** The credential as it is to be shown now, or why it cannot be. */
const freshened = async ({ signal }: Search, fresh: Promise<Credential>): Promise<Credential | ProxyError> => {
  try {
    return await fresh;
  } catch (error) {
    if (error instanceof ProxyError && !signal.aborted) return error;
    throw error;
  }
};

/** A token that works, after one that was refused; `undefined` when there is none, for whatever reason. */
const renewed = async ({ context, signal }: Search, failure: Failure): Promise<Credential | undefined> => {
  const policy = context.persona.routing;
  if (!policy.renewsRefusedTokens || classOf(failure, policy) !== 'unauthorized') return undefined;
  try {
    return await context.credentials.renewed(failure, signal);
  } catch (error) {
    if (error instanceof ProxyError && !signal.aborted) return undefined;
    throw error;
  }
};

/** Asks one credential, with a token that is good; when it is refused as a dead one nevertheless, once more with a new one. */
export const askCandidate = async (search: Search, candidate: Candidate, model: string): Promise<Outcome> => {
  const fresh = search.context.credentials.fresh(candidate.credential, search.signal);
  const credential = fresh instanceof Promise ? await freshened(search, fresh) : fresh;
  if (credential instanceof ProxyError) return { kind: 'fault', error: credential };
  const first = await askWith(search, credential === candidate.credential ? candidate : { ...candidate, credential }, model);
  if (first.kind !== 'refused' || search.signal.aborted) return first;
  const second = await renewed(search, first.refused.failure);
  return second === undefined ? first : askWith(search, { ...candidate, credential: second }, model);
};
