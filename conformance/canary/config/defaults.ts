/** What holds where a configuration says nothing. Durations in milliseconds. */
import type { Retention } from '../../history/store.ts';
import type { CanaryTarget, Schedule, Thresholds } from './canary-plan.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const defaultEveryMs = 5 * minute;
export const defaultJitterMs = 10 * second;

/** Enough for a round of all rows at a target that claims everything (docs/canary-cost.md), not enough to hurt. */
export const defaultRound: CanaryTarget['budget']['round'] = { requests: 120, inputTokens: 50_000, outputTokens: 50_000, seconds: 300 };

export const defaultHarm: CanaryTarget['harm'] = { answers: 3, backOffMs: 5 * minute, backOffAtMostMs: hour };

export const defaultThresholds: Thresholds = {
  fails: 2,
  of: 3,
  passes: 2,
  confirmAfterMs: 30 * second,
  flap: { changes: 4, withinMs: hour },
  locations: 1,
  staleAfterMs: day,
  latency: { factor: 2, atLeastMs: 500, last: 10, learnMs: 7 * day, learnAtLeast: 50 },
};

export const defaultRetention: Retention = {
  resultsMs: 30 * day,
  evidenceMs: 14 * day,
  hoursMs: 90 * day,
  daysMs: 730 * day,
  incidentsMs: 730 * day,
};

/** No more than a tenth of the interval, so that rounds stay apart. */
export const jitterFor = (when: Schedule['when']): number =>
  'everyMs' in when ? Math.min(defaultJitterMs, Math.floor(when.everyMs / 10)) : defaultJitterMs;
