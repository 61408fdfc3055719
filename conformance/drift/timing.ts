import type { SeenChange } from './change.ts';
import type { Sample } from './sample.ts';

/** How fast an answer comes and in how many pieces: compared only where a baseline has asked the same several times. */

type Draft = Omit<SeenChange, 'surface'>;

interface Measure {
  readonly path: string;
  readonly kind: SeenChange['kind'];
  /** In words: much more of it, much less of it. */
  readonly more: string;
  readonly less: string;
  readonly unit: string;
  /** Values below it are taken for it: what a loaded machine makes of nothing at all. */
  readonly floor: number;
  /** Undefined where the sample does not say. */
  readonly of: (sample: Sample) => number | undefined;
}

const middle = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

const measures: readonly Measure[] = [
  {
    path: 'times.first-byte',
    kind: 'latency-changed',
    more: 'the first byte comes much later',
    less: 'the first byte comes much sooner',
    unit: 'ms',
    floor: 20,
    of: ({ times }) => times?.firstByteMs,
  },
  {
    path: 'times.between-pieces',
    kind: 'latency-changed',
    more: 'much more time between pieces',
    less: 'much less time between pieces',
    unit: 'ms',
    floor: 20,
    of: ({ body, times }) =>
      body.form === 'events' && times !== undefined && times.betweenMs.length > 1 ? middle(times.betweenMs) : undefined,
  },
  {
    path: 'pieces',
    kind: 'chunking-changed',
    more: 'many more pieces',
    less: 'far fewer pieces',
    unit: 'pieces for each event',
    floor: 0.01,
    // By events, because longer texts come in more pieces. A stream that comes at once is told by compare-heads.ts.
    of: ({ body, pieces }) => (body.form === 'events' && body.events.length > 0 && pieces > 1 ? pieces / body.events.length : undefined),
  },
];

/** Of the logarithms: what is ten times as slow is as far off as what is ten times as fast. */
const logOf = (measure: Measure, sample: Sample): number | undefined => {
  const value = measure.of(sample);
  return value === undefined ? undefined : Math.log(Math.max(value, measure.floor));
};

/** From how many answers to one request chance can be told from habit. */
const fewestAnswers = 3;

const logsOf = (measure: Measure, samples: readonly Sample[]): readonly number[] =>
  samples.flatMap((sample) => logOf(measure, sample) ?? []);

/** What chance does at an endpoint, by measure: squared distances from the middle of each group, and how many of them are free. */
export type Spreads = ReadonlyMap<string, { readonly squares: number; readonly freedom: number }>;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const squaresOf = (values: readonly number[]): number => sum(values.map((value) => (value - mean(values)) ** 2));

/** Learned from all groups of an endpoint in which the same was asked several times. */
export const learnSpreads = (groups: readonly (readonly Sample[])[]): Spreads =>
  new Map(
    measures.map((measure) => {
      const repeated = groups.map((samples) => logsOf(measure, samples)).filter((logs) => logs.length >= fewestAnswers);
      return [measure.path, { squares: sum(repeated.map(squaresOf)), freedom: sum(repeated.map((logs) => logs.length - 1)) }];
    }),
  );

/** Less is never told. */
const leastFactor = 3;
/** What is taken for chance before anything is known, and how many answers this guess counts for: three alike ones prove little. */
const guess = { deviation: 0.35, weight: 4 };
/** Standard deviations that chance does not reach in a thousand comparisons. */
const deviations = 5;

/** How far the middle of `fresh` answers may be from that of `before` answers. */
const boundOf = ({ squares, freedom }: { readonly squares: number; readonly freedom: number }, before: number, fresh: number): number => {
  const variance = (guess.weight * guess.deviation ** 2 + squares) / (guess.weight + freedom);
  return Math.max(Math.log(leastFactor), deviations * Math.sqrt(variance * (1 / before + 1 / fresh)));
};

const rounded = (log: number): number => Number(Math.exp(log).toPrecision(2));

const compareOne = (measure: Measure, fresh: readonly Sample[], baseline: readonly Sample[], spreads: Spreads): readonly Draft[] => {
  const [before, after] = [logsOf(measure, baseline), logsOf(measure, fresh)];
  const spread = spreads.get(measure.path);
  if (spread === undefined || before.length < fewestAnswers || after.length === 0) return [];
  const [was, is] = [mean(before), mean(after)];
  if (Math.abs(is - was) <= boundOf(spread, before.length, after.length)) return [];
  const what = is > was ? measure.more : measure.less;
  const shown = (log: number): string => `${rounded(log)} ${measure.unit}`;
  return [{ kind: measure.kind, severity: 'cosmetic', path: measure.path, what, before: shown(was), after: shown(is) }];
};

/** What is much slower, faster, or cut otherwise than chance made it before, in the middle of all new answers to one request. */
export const compareTiming = (fresh: readonly Sample[], baseline: readonly Sample[], spreads: Spreads): readonly Draft[] =>
  measures.flatMap((measure) => compareOne(measure, fresh, baseline, spreads));
