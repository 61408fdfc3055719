import { Counter, Histogram, type Registry } from 'prom-client';

import type { CanaryPlan } from '../../canary/config/canary-plan.ts';
import type { ProbeResult } from '../../history/records.ts';
import type { RoundWritten } from '../output.ts';
import { durationBuckets, firstByteBuckets, lagBuckets } from './buckets.ts';

/** More pairs of target and row than this, and histograms no longer tell rows apart: a scrape would have a hundred thousand lines. */
const mostRows = 1_000;
const allRows = 'all';

const tellsRowsApart = ({ targets }: CanaryPlan): boolean =>
  targets.reduce((sum, { scenarios }) => sum + new Set(scenarios.map(({ matrixRow }) => matrixRow)).size, 0) <= mostRows;

const makeMetrics = (registry: Registry) => {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  const ofTarget = ['target', 'location'] as const;
  const ofRow = ['target', 'row', 'location'] as const;
  return {
    rounds: counter('wireproof_rounds_total', 'Rounds written by this process; cause says why one was stopped or not run.', [
      ...ofTarget,
      'reason',
      'outcome',
      'cause',
    ]),
    probes: counter('wireproof_probes_total', 'Results of scenarios, by verdict; known="true": a baseline covers it.', [
      ...ofRow,
      'verdict',
      'known',
    ]),
    requests: counter('wireproof_requests_total', 'Requests sent to the target.', ofTarget),
    tokens: counter('wireproof_tokens_total', 'Tokens spent at the target, by kind: input or output.', [...ofTarget, 'kind']),
    spent: counter(
      'wireproof_spent_usd_total',
      'US dollars spent at the target, estimated with the prices of the configuration.',
      ofTarget,
    ),
    duration: histogram(
      'wireproof_probe_duration_seconds',
      'Until the end of the answer, of the slowest request of a scenario that passed.',
      ofRow,
      durationBuckets,
    ),
    firstByte: histogram(
      'wireproof_probe_first_byte_seconds',
      'Until the first byte of the answer, of the slowest request of a scenario that passed.',
      ofRow,
      firstByteBuckets,
    ),
    lag: histogram('wireproof_schedule_lag_seconds', 'How late rounds were begun.', ['location'], lagBuckets),
  };
};

type Metrics = ReturnType<typeof makeMetrics>;

const countResult = ({ probes, duration, firstByte }: Metrics, result: ProbeResult, row: string): void => {
  const { target, location, verdict, known, totalMs, firstByteMs } = result;
  const labels = { target, row, location };
  probes.inc({ ...labels, verdict, known: String(known !== undefined) });
  // A failure that comes quickly must not look like an improvement.
  if (verdict !== 'pass') return;
  if (totalMs !== undefined) duration.observe(labels, totalMs / 1_000);
  if (firstByteMs !== undefined) firstByte.observe(labels, firstByteMs / 1_000);
};

const countRound = (metrics: Metrics, { round, results, lagMs }: RoundWritten, rowOf: (result: ProbeResult) => string): void => {
  const { target, location, reason, outcome, cause = '', spent } = round;
  const labels = { target, location };
  metrics.rounds.inc({ ...labels, reason, outcome, cause });
  metrics.requests.inc(labels, spent.requests);
  metrics.tokens.inc({ ...labels, kind: 'input' }, spent.inputTokens);
  metrics.tokens.inc({ ...labels, kind: 'output' }, spent.outputTokens);
  metrics.spent.inc(labels, spent.usd);
  if (reason !== 'once') metrics.lag.observe({ location }, lagMs / 1_000);
  for (const result of results) countResult(metrics, result, rowOf(result));
};

type Series = Readonly<Record<string, string>>;

interface OfTargets {
  readonly get: () => Promise<{ readonly values: readonly { readonly labels: object }[] }>;
  readonly remove: (series: Series) => void;
}

/** Takes out all series of targets that are not watched any more. */
const forget = async (metrics: readonly OfTargets[], isWatched: (target: string) => boolean): Promise<void> => {
  for (const metric of metrics) {
    const { values } = await metric.get();
    for (const { labels } of values) {
      const { le: _bound, ...series } = labels as Series;
      if (!isWatched(series['target'] ?? '')) metric.remove(series);
    }
  }
};

export interface RoundMetrics {
  readonly add: (written: RoundWritten) => void;
  /** With a reload: series of targets that are gone end. */
  readonly keepOnly: (plan: CanaryPlan) => Promise<void>;
}

/** What is counted with every round that this process wrote. */
export const roundMetrics = (registry: Registry, plan: () => CanaryPlan): RoundMetrics => {
  const metrics = makeMetrics(registry);
  let kept = plan();
  return {
    add: (written) => {
      const current = plan();
      if (!current.targets.some(({ name }) => name === written.target.name)) return;
      const apart = tellsRowsApart(current);
      countRound(metrics, written, ({ row }) => (apart ? String(row) : allRows));
    },
    keepOnly: async (current) => {
      if (current === kept) return;
      kept = current;
      const names = new Set(current.targets.map(({ name }) => name));
      const { lag: _ofAllTargets, ...ofTargets } = metrics;
      await forget(Object.values(ofTargets), (target) => names.has(target));
    },
  };
};
