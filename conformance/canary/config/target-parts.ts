/** Parts of a target from what its configuration says; durations are milliseconds already. */
import type { Ceilings } from '../../history/store.ts';
import type { CanaryTarget, Schedule, Thresholds } from './canary-plan.ts';
import { defaultEveryMs, defaultHarm, defaultRound, defaultThresholds, jitterFor } from './defaults.ts';
import type { TargetInput } from './schema.ts';

type CeilingsInput = NonNullable<NonNullable<TargetInput['budget']>['round']>;

/** Only what is said. */
export const ceilingsFrom = (said: CeilingsInput = {}): Ceilings => ({
  ...(said.requests !== undefined && { requests: said.requests }),
  ...(said['input-tokens'] !== undefined && { inputTokens: said['input-tokens'] }),
  ...(said['output-tokens'] !== undefined && { outputTokens: said['output-tokens'] }),
  ...(said.seconds !== undefined && { seconds: said.seconds }),
  ...(said.usd !== undefined && { usd: said.usd }),
});

export const budgetFrom = ({ round, hour, day }: NonNullable<TargetInput['budget']> = {}): CanaryTarget['budget'] => ({
  round: { ...defaultRound, ...ceilingsFrom(round) },
  hour: ceilingsFrom(hour),
  day: ceilingsFrom(day),
});

export const scheduleFrom = (said: NonNullable<TargetInput['schedule']> = {}): Schedule => {
  const when = said.cron === undefined ? { everyMs: said.every ?? defaultEveryMs } : { cron: said.cron };
  return {
    when,
    jitterMs: said.jitter ?? jitterFor(when),
    timeZone: said['time-zone'] ?? 'UTC',
    blackouts: (said.blackouts ?? []).map(({ from, for: forMs, reason }) => ({ from, forMs, reason })),
  };
};

type RulesInput = NonNullable<NonNullable<TargetInput['thresholds']>['rules']>;

const rulesFrom = (said: RulesInput): NonNullable<Thresholds['rules']> =>
  Object.fromEntries(
    Object.entries(said).map(([id, { off, severity }]) => [
      id,
      { ...(off !== undefined && { off }), ...(severity !== undefined && { severity }) },
    ]),
  );

export const thresholdsFrom = (said: NonNullable<TargetInput['thresholds']> = {}): Thresholds => {
  const { flap = {}, latency = {} } = said;
  const usual = defaultThresholds;
  const fails = said.fails ?? usual.fails;
  return {
    fails,
    of: said.of ?? Math.max(usual.of, fails),
    passes: said.passes ?? usual.passes,
    confirmAfterMs: said['confirm-after'] ?? usual.confirmAfterMs,
    flap: { changes: flap.changes ?? usual.flap.changes, withinMs: flap.within ?? usual.flap.withinMs },
    locations: said.locations ?? usual.locations,
    ...(said.rules !== undefined && { rules: rulesFrom(said.rules) }),
    staleAfterMs: said['stale-after'] ?? usual.staleAfterMs,
    latency: {
      factor: latency.factor ?? usual.latency.factor,
      atLeastMs: latency['at-least'] ?? usual.latency.atLeastMs,
      last: latency.last ?? usual.latency.last,
      learnMs: latency.learn ?? usual.latency.learnMs,
      learnAtLeast: latency['learn-at-least'] ?? usual.latency.learnAtLeast,
    },
  };
};

export const harmFrom = (said: NonNullable<TargetInput['harm']> = {}): CanaryTarget['harm'] => {
  const backOffMs = said['back-off'] ?? defaultHarm.backOffMs;
  return {
    answers: said.answers ?? defaultHarm.answers,
    backOffMs,
    backOffAtMostMs: said['back-off-at-most'] ?? Math.max(backOffMs, defaultHarm.backOffAtMostMs),
  };
};
