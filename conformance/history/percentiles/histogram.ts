/**
 * How often something took how long, in a size that does not grow with the number of values: buckets whose bounds grow by a fixed factor.
 * Histograms can be added up, and a percentile of one is at most 1 % from the value at the same rank (nearest-rank) of what was put in.
 */
export interface Histogram {
  /** Bucket number to count. */
  readonly counts: ReadonlyMap<number, number>;
}

const nearness = 0.01;
const growth = (1 + nearness) / (1 - nearness);
const logGrowth = Math.log(growth);
/** Shorter than a microsecond counts as that: a logarithm has no zero. */
const leastMs = 0.001;

const bucketOf = (ms: number): number => Math.ceil(Math.log(Math.max(ms, leastMs)) / logGrowth);
const middleOf = (bucket: number): number => (2 * growth ** bucket) / (growth + 1);

export const histogramOf = (values: readonly number[]): Histogram => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(bucketOf(value), (counts.get(bucketOf(value)) ?? 0) + 1);
  return { counts };
};

export const added = (some: readonly Histogram[]): Histogram => {
  const counts = new Map<number, number>();
  for (const histogram of some) for (const [bucket, count] of histogram.counts) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return { counts };
};

/** JSON: pairs of bucket and count. */
export const histogramText = ({ counts }: Histogram): string => JSON.stringify([...counts].sort(([a], [b]) => a - b));

export const histogramFrom = (text: string): Histogram => ({ counts: new Map(JSON.parse(text) as [number, number][]) });

const rankOf = (part: number, of: number): number => Math.max(1, Math.ceil(part * of));

/** @param part 0.95 for p95; `undefined` where there are no values */
export const percentileOf = ({ counts }: Histogram, part: number): number | undefined => {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = rankOf(part, total);
  for (const [bucket, count] of [...counts].sort(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return middleOf(bucket);
  }
  return undefined;
};

/** Exact, of the values themselves. */
export const nearestRank = (sorted: readonly number[], part: number): number | undefined => sorted[rankOf(part, sorted.length) - 1];
