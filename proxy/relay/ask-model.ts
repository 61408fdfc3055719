import { ProxyError } from '../errors.ts';
import type { Operation } from '../providers/provider.ts';
import { ttlMsOf } from '../routing/affinity.ts';
import type { Candidate } from '../routing/model-table.ts';
import { askCandidate } from './ask-candidate.ts';
import type { Outcome } from './attempt.ts';
import type { RelayContext } from './context.ts';
import { estimatedCount, lacksCounting } from './estimate.ts';
import { noteOf, remember } from './failure-note.ts';
import type { FailureNote } from './failure-note.ts';
import { withQuotaTrial } from './hooks.ts';
import { forNextRound, pause, waitBefore } from './rounds.ts';
import type { Search } from './search.ts';
import { turnedAway } from './turned-away.ts';

/** How asking for one model ended. */
export interface ModelEnd {
  readonly outcome: Outcome;
  /** What went wrong on the way, in order. */
  readonly notes: readonly FailureNote[];
}

/** One round: each candidate once at most. */
interface RoundEnd extends ModelEnd {
  /** Answered, or refused in a way that nobody else would mend. */
  readonly final: boolean;
}

const notSupported = (operation: Operation, model: string): ProxyError =>
  operation === 'embeddings'
    ? new ProxyError('embeddings-not-supported', `Embeddings are not supported for the model "${model}".`, { param: 'model' })
    : new ProxyError('compact-not-supported', `/responses/compact is not supported for the model "${model}".`, { param: 'model' });

/** Those that have what is asked for. @throws ProxyError `model-not-found`. */
export const supporting = ({ context, question: { operation } }: Search, model: string): readonly Candidate[] =>
  context.routing.candidates(model).filter(({ provider }) => provider.operations.includes(operation));

const noteSuccess = ({ context, session }: Search, candidate: Candidate, model: string): void => {
  const { cooldowns, breakers, affinity } = context.routing;
  cooldowns.succeeded(candidate);
  breakers.succeeded(candidate.credential.id);
  if (session !== undefined) affinity.answered(session, model, candidate, ttlMsOf(context.config.routing['session-affinity-ttl']));
};

/** What a request that is about to be sent means for those that come after it. */
const enter = ({ remedies, routing, config }: RelayContext, candidate: Candidate): void => {
  routing.breakers.entered(candidate.credential.id, config['circuit-breaker']);
  if (withQuotaTrial(remedies).length > 0) routing.cooldowns.entered(candidate);
};

/** It has ended without telling anything. */
const leave = ({ routing }: RelayContext, candidate: Candidate): void => {
  routing.breakers.left(candidate.credential.id);
  routing.cooldowns.left(candidate);
};

/** Asks one candidate and remembers what came of it. */
const askOne = async (search: Search, candidate: Candidate, model: string): Promise<RoundEnd> => {
  const { context, signal } = search;
  enter(context, candidate);
  let outcome: Outcome;
  try {
    outcome = await askCandidate(search, candidate, model);
  } catch (error) {
    leave(context, candidate);
    throw error;
  }
  if (outcome.kind === 'opened') {
    noteSuccess(search, candidate, model);
    return { outcome, notes: [], final: true };
  }
  if (signal.aborted) {
    leave(context, candidate);
    return { outcome, notes: [], final: true };
  }
  context.routing.cooldowns.left(candidate);
  if (outcome.kind === 'refused' && lacksCounting(outcome.refused.failure)) {
    return { outcome: estimatedCount(search.question), notes: [], final: true };
  }
  const note = noteOf(context, candidate, outcome);
  remember(context, note);
  return { outcome, notes: [note], final: !note.rotates };
};

/** The most that one round asks, from `max-retry-credentials`; 0 stands for all. */
const mostOf = ({ context }: Search): number => context.config['max-retry-credentials'] || Number.POSITIVE_INFINITY;

/** Without `quota-exceeded.switch-project` a quota that is used up ends the turn of all credentials of its provider (row 19). */
const withoutProvider = ({ context }: Search, candidates: readonly Candidate[], notes: readonly FailureNote[]): readonly Candidate[] => {
  if (context.config['quota-exceeded']['switch-project']) return candidates;
  const used = notes.filter(({ failureClass }) => failureClass === 'quota').map(({ candidate }) => candidate.credential.provider);
  return candidates.filter(({ credential }) => !used.includes(credential.provider));
};

const askRound = async (search: Search, candidates: readonly Candidate[], model: string, round: number): Promise<RoundEnd | undefined> => {
  const { routing, config } = search.context;
  const selection = routing.select(model, search.session);
  const most = mostOf(search);
  let end: RoundEnd | undefined;
  for (let asked = 0; asked < most; asked += 1) {
    const candidate = selection.next(withoutProvider(search, candidates, end?.notes ?? []));
    if (candidate === undefined || (round > 0 && !routing.budget.take(config['retry-budget']))) return end;
    const one = await askOne(search, candidate, model);
    end = { ...one, notes: [...(end?.notes ?? []), ...one.notes] };
    if (one.final) return end;
  }
  return end;
};

/** The first round, or the answer that nobody can be asked. */
const firstRound = async (search: Search, candidates: readonly Candidate[], model: string): Promise<RoundEnd> => {
  const end = await askRound(search, candidates, model, 0);
  if (end !== undefined) return end;
  const { error, notes } = turnedAway(search, candidates, model);
  return { outcome: { kind: 'fault', error }, notes, final: false };
};

/** Asks the credentials of one model in turn, in rounds. @throws ProxyError when the model is unknown, or cannot do what is asked for. */
export const askModel = async (search: Search, model: string): Promise<ModelEnd> => {
  const candidates = supporting(search, model);
  const { operation } = search.question;
  if (candidates.length === 0 && operation !== 'count-tokens') throw notSupported(operation, model);
  if (candidates.length === 0) return { outcome: estimatedCount(search.question), notes: [] };
  let end = await firstRound(search, candidates, model);
  for (let round = 1; !end.final && end.notes.some(({ retryable }) => retryable); round += 1) {
    const again = forNextRound(search, candidates, end.notes, round);
    const wait = waitBefore(search, again, end.notes, round);
    if (wait === undefined) return end;
    await pause(search, wait);
    const next = search.signal.aborted ? undefined : await askRound(search, again, model, round);
    if (next === undefined) return end;
    end = { ...next, notes: [...end.notes, ...next.notes] };
  }
  return end;
};
