import { ProxyError } from '../errors.ts';
import type { Cooling, LastError } from '../routing/cooldowns.ts';
import type { Candidate } from '../routing/model-table.ts';
import type { RelayContext } from './context.ts';
import { raiseAlerts } from './failure-note.ts';
import type { FailureNote } from './failure-note.ts';
import { verdictOf } from './search.ts';
import type { Search } from './search.ts';

interface Resting {
  readonly candidate: Candidate;
  readonly cooling: Cooling;
}

const describeWait = (ms: number): string => (ms >= 120_000 ? `${Math.ceil(ms / 60_000)} min` : `${Math.ceil(ms / 1000)} s`);

/** `1h2m3s`, as the page's product writes it. */
const asDuration = (seconds: number): string => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}${seconds % 60}s`;
};

const providersOf = (candidates: readonly Candidate[], between = ', '): string =>
  [...new Set(candidates.map(({ credential }) => credential.provider))].join(between);

const describe = ({ status, code }: LastError): string => `status ${status}${code === undefined ? '' : ` (${code})`}`;

const byTime = (resting: readonly Resting[]): readonly Resting[] => [...resting].sort((a, b) => a.cooling.until - b.cooling.until);

/** Everybody waits for quota: the client may come back at a known time (sheet S3). */
const modelCooldown = ({ context }: Search, model: string, candidates: readonly Candidate[], { cooling }: Resting): ProxyError => {
  const seconds = Math.ceil((cooling.until - context.clock.now()) / 1000);
  const provider = providersOf(candidates);
  const last = context.persona.routing.cooldownTellsLastError ? ` (last error: ${describe(cooling.error)})` : '';
  const message = `All credentials for model ${model} are cooling down via provider ${provider}${last}`;
  return new ProxyError('model-cooldown', message, {
    retryAfterSeconds: seconds,
    data: { model, provider, reset_time: asDuration(seconds), reset_seconds: seconds },
  });
};

const noCredential = ({ context }: Search, model: string, candidates: readonly Candidate[], soonest: Resting | undefined): ProxyError => {
  const { status, namesProvidersAndModel, words } = context.persona.routing.noCredential;
  const literal = namesProvidersAndModel ? ` (providers=${providersOf(candidates, ',')}, model=${model})` : '';
  const about = namesProvidersAndModel ? ` (providers=${providersOf(candidates)}, model=${model})` : '';
  if (words === 'literal') return new ProxyError('no-usable-credential', `auth_unavailable: no auth available${literal}`, { status });
  if (soonest === undefined) return new ProxyError('no-usable-credential', `No usable credential${about}.`, { status });
  const { until, error } = soonest.cooling;
  const ms = until - context.clock.now();
  const message = `No usable credential${about}: the last answer of the upstream was ${describe(error)}. It is asked again in ${describeWait(ms)}.`;
  return new ProxyError('no-usable-credential', message, { status, retryAfterSeconds: Math.ceil(ms / 1000) });
};

/** A refusal that was remembered counts again for the requests that it turns away, so that an operator is told of them. */
const noteAgain = ({ context, question }: Search, { candidate, cooling }: Resting): FailureNote => {
  const { failureClass, error, because } = cooling;
  const base = { candidate, failureClass, error, rotates: true, retryable: cooling.kind === 'quota', hintMs: undefined, breaks: false };
  if (because === undefined) return base;
  const remedyFallback = verdictOf(context, { ...because, requestedModel: question.model }, 'fallback')?.because;
  const isFinal = context.remedies.some((remedy) => remedy.isFinal?.(because));
  return { ...base, retryable: base.retryable && !isFinal, ...(remedyFallback !== undefined && { remedyFallback }) };
};

const countAgain = (context: RelayContext, { cooling: { because } }: Resting): void => {
  if (because === undefined) return;
  raiseAlerts(context, {
    ...because,
    modelRefusals: because.modelRefusals === 0 ? 0 : context.routing.counts.add('model', because.model),
  });
};

/** The answer when everybody who serves the model is out of service: told without asking again. */
export const turnedAway = (
  search: Search,
  candidates: readonly Candidate[],
  model: string,
): { readonly error: ProxyError; readonly notes: readonly FailureNote[] } => {
  const { context } = search;
  const { cooldowns } = context.routing;
  const resting = byTime(
    candidates.flatMap((candidate) => {
      const cooling = cooldowns.of(candidate);
      return cooling === undefined ? [] : [{ candidate, cooling }];
    }),
  );
  const [soonest] = resting;
  if (soonest !== undefined) countAgain(context, soonest);
  const isQuota = soonest !== undefined && resting.every(({ cooling }) => cooling.kind === 'quota');
  const error = isQuota ? modelCooldown(search, model, candidates, soonest) : noCredential(search, model, candidates, soonest);
  return { error, notes: resting.map((each) => noteAgain(search, each)) };
};
