import type { Selectable } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { added, histogramFrom, histogramOf, nearestRank, percentileOf, type Histogram } from '../percentiles/histogram.ts';
import { breath } from '../breath.ts';
import { storable } from '../rows.ts';
import type { HistoryStore, SeriesPoint } from '../store.ts';
import type { Opened } from '../write/locks.ts';

type Query = Parameters<HistoryStore['series']>[0];
type Verdicts = Pick<SeriesPoint, 'pass' | 'fail' | 'other'>;

/** Values of one kind, exact as long as none of them were down-sampled. */
interface Gathered {
  readonly values: number[];
  readonly histograms: Histogram[];
}

interface Bucket {
  counts: Verdicts;
  readonly latency: Gathered;
  readonly firstByte: Gathered;
}

const emptyBucket = (): Bucket => ({
  counts: { pass: 0, fail: 0, other: 0 },
  latency: { values: [], histograms: [] },
  firstByte: { values: [], histograms: [] },
});

/** Rows of one page: what is read at once, while everyone else waits. */
const pageRows = 2_000;
const parts = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

const percentiles = ({ values, histograms }: Gathered): NonNullable<SeriesPoint['latency']> | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const histogram = histograms.length === 0 ? undefined : added([...histograms, histogramOf(values)]);
  const at = (part: number): number | undefined => (histogram === undefined ? nearestRank(sorted, part) : percentileOf(histogram, part));
  const [p50, p95, p99] = [at(parts.p50), at(parts.p95), at(parts.p99)];
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
};

const pointOf = (at: number, { counts, latency, firstByte }: Bucket): SeriesPoint => {
  const [total, first] = [percentiles(latency), percentiles(firstByte)];
  return { at, ...counts, ...(total !== undefined && { latency: total }), ...(first !== undefined && { firstByte: first }) };
};

const plus = (a: Verdicts, b: Verdicts): Verdicts => ({ pass: a.pass + b.pass, fail: a.fail + b.fail, other: a.other + b.other });

const verdictCounts = (verdict: string): Verdicts => ({
  pass: verdict === 'pass' ? 1 : 0,
  fail: verdict === 'fail' ? 1 : 0,
  other: verdict === 'pass' || verdict === 'fail' ? 0 : 1,
});

type ResultRow = Pick<Selectable<Tables['canary_result']>, 'id' | 'at' | 'verdict' | 'total_ms' | 'first_byte_ms'>;

const resultRows = async ({ db }: Opened, query: Query, after: ResultRow | undefined): Promise<readonly ResultRow[]> => {
  const { target, scenario, location, from, to } = query;
  let rows = db
    .selectFrom('canary_result')
    .select(['id', 'at', 'verdict', 'total_ms', 'first_byte_ms'])
    .where('target', '=', storable(target))
    .where('at', '>=', after?.at ?? from)
    .where('at', '<', to)
    .where('verdict', '<>', 'unsupported');
  if (scenario !== undefined) rows = rows.where('scenario', '=', scenario);
  if (location !== undefined) rows = rows.where('location', '=', storable(location));
  if (after !== undefined) rows = rows.where((where) => where.or([where('at', '>', after.at), where('id', '>', after.id)]));
  return rows.orderBy('at').orderBy('id').limit(pageRows).execute();
};

const aggregateRows = async ({ db }: Opened, { target, scenario, location, from, to }: Query) => {
  let rows = db
    .selectFrom('canary_aggregate')
    .selectAll()
    .where('target', '=', storable(target))
    .where('at', '>=', from)
    .where('at', '<', to);
  if (scenario !== undefined) rows = rows.where('scenario', '=', scenario);
  if (location !== undefined) rows = rows.where('location', '=', storable(location));
  return rows.execute();
};

const addResult = (bucket: Bucket, { verdict, total_ms, first_byte_ms }: ResultRow): void => {
  bucket.counts = plus(bucket.counts, verdictCounts(verdict));
  if (verdict !== 'pass') return;
  if (total_ms !== null) bucket.latency.values.push(total_ms);
  if (first_byte_ms !== null) bucket.firstByte.values.push(first_byte_ms);
};

/**
 * See HistoryStore. Points begin at `from` and every `widthMs` after it; those where nothing happened are left out. An hour or a day that
 * was down-sampled counts in the point in which it begins.
 */
export const seriesIn =
  (opened: Opened): HistoryStore['series'] =>
  async (query) => {
    const { from, widthMs } = query;
    const buckets = new Map<number, Bucket>();
    const bucketAt = (at: number): Bucket => {
      const start = from + Math.floor((at - from) / widthMs) * widthMs;
      const bucket = buckets.get(start) ?? emptyBucket();
      buckets.set(start, bucket);
      return bucket;
    };
    for (const row of await aggregateRows(opened, query)) {
      const bucket = bucketAt(row.at);
      bucket.counts = plus(bucket.counts, row);
      bucket.latency.histograms.push(histogramFrom(row.latency));
      bucket.firstByte.histograms.push(histogramFrom(row.first_byte));
    }
    let page: readonly ResultRow[] = [];
    do {
      page = await resultRows(opened, query, page.at(-1));
      for (const row of page) addResult(bucketAt(row.at), row);
      await breath();
    } while (page.length === pageRows);
    return [...buckets].sort(([a], [b]) => a - b).map(([at, bucket]) => pointOf(at, bucket));
  };
