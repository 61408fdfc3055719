import type { Selectable, Transaction } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { added, histogramFrom, histogramOf, histogramText, type Histogram } from '../percentiles/histogram.ts';
import type { HistoryStore, Retention } from '../store.ts';
import { dayMs, hourMs, windowOf } from '../windows.ts';
import { breath } from '../breath.ts';
import { holding, type Opened } from './locks.ts';

type Tx = Transaction<Tables>;

/** Rows of one transaction: others write in between. */
const batchRows = 250;
/** Windows of spending are for people who ask what a month has cost. */
const spendKeptMs = 62 * dayMs;
const reservationsKeptMs = 2 * dayMs;

/** What results come to, on their way into a wider window. */
interface Sum {
  readonly target: string;
  readonly location: string;
  readonly scenario: string;
  readonly at: number;
  readonly pass: number;
  readonly fail: number;
  readonly other: number;
  readonly latency: Histogram;
  readonly firstByte: Histogram;
}

type Keyed = Pick<Sum, 'target' | 'location' | 'scenario' | 'at'>;
const keyOf = ({ target, location, scenario, at }: Keyed): string => JSON.stringify([at, target, scenario, location]);

const together = (a: Sum, b: Sum): Sum => ({
  ...a,
  pass: a.pass + b.pass,
  fail: a.fail + b.fail,
  other: a.other + b.other,
  latency: added([a.latency, b.latency]),
  firstByte: added([a.firstByte, b.firstByte]),
});

const summed = (sums: readonly Sum[], widthMs: number): readonly Sum[] => {
  const byKey = new Map<string, Sum>();
  for (const each of sums) {
    const moved = { ...each, at: windowOf(each.at, widthMs) };
    const before = byKey.get(keyOf(moved));
    byKey.set(keyOf(moved), before === undefined ? moved : together(before, moved));
  }
  return [...byKey.values()];
};

const only = (value: number | null): Histogram => histogramOf(value === null ? [] : [value]);

const sumOfResult = (row: Selectable<Tables['canary_result']>): Sum => {
  const passed = row.verdict === 'pass';
  return {
    target: row.target,
    location: row.location,
    scenario: row.scenario,
    at: row.at,
    pass: passed ? 1 : 0,
    fail: row.verdict === 'fail' ? 1 : 0,
    other: passed || row.verdict === 'fail' ? 0 : 1,
    latency: only(passed ? row.total_ms : null),
    firstByte: only(passed ? row.first_byte_ms : null),
  };
};

const sumOfAggregate = (row: Selectable<Tables['canary_aggregate']>): Sum => ({
  target: row.target,
  location: row.location,
  scenario: row.scenario,
  at: row.at,
  pass: row.pass,
  fail: row.fail,
  other: row.other,
  latency: histogramFrom(row.latency),
  firstByte: histogramFrom(row.first_byte),
});

const aggregatesAt = async (tx: Tx, keys: readonly Keyed[], widthMs: number): Promise<ReadonlyMap<string, Sum>> => {
  const rows = await tx
    .selectFrom('canary_aggregate')
    .selectAll()
    .where((where) =>
      where.or(keys.map(({ target, at, scenario, location }) => where.and({ target, width_ms: widthMs, at, scenario, location }))),
    )
    .execute();
  return new Map(rows.map((row) => [keyOf(row), sumOfAggregate(row)]));
};

/** Adds to what is there: results that were written late belong to an hour that may be down-sampled already. */
const addAggregates = async (tx: Tx, some: readonly Sum[], widthMs: number): Promise<void> => {
  if (some.length === 0) return;
  const sums = summed(some, widthMs);
  const before = await aggregatesAt(tx, sums, widthMs);
  const rows = sums.map((sum) => {
    const old = before.get(keyOf(sum));
    const { latency, firstByte, ...rest } = old === undefined ? sum : together(sum, old);
    return { width_ms: widthMs, ...rest, latency: histogramText(latency), first_byte: histogramText(firstByte) };
  });
  await tx
    .insertInto('canary_aggregate')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['target', 'width_ms', 'at', 'scenario', 'location']).doUpdateSet((row) => ({
        pass: row.ref('excluded.pass'),
        fail: row.ref('excluded.fail'),
        other: row.ref('excluded.other'),
        latency: row.ref('excluded.latency'),
        first_byte: row.ref('excluded.first_byte'),
      })),
    )
    .execute();
};

/** Only whole hours go: a part of one would be counted in the hour and shown at its beginning. */
const pruneResults = async (tx: Tx, before: number): Promise<number> => {
  const rows = await tx
    .selectFrom('canary_result')
    .selectAll()
    .where('at', '<', windowOf(before, hourMs))
    .orderBy('at')
    .orderBy('id')
    .limit(batchRows)
    .execute();
  if (rows.length === 0) return 0;
  const counted = rows.filter(({ verdict }) => verdict !== 'unsupported');
  await addAggregates(tx, counted.map(sumOfResult), hourMs);
  const ids = rows.map(({ id }) => id);
  await tx.deleteFrom('canary_evidence').where('result', 'in', ids).execute();
  await tx.deleteFrom('canary_result').where('id', 'in', ids).execute();
  return rows.length;
};

const pruneHours = async (tx: Tx, before: number): Promise<number> => {
  const rows = await tx
    .selectFrom('canary_aggregate')
    .selectAll()
    .where('width_ms', '=', hourMs)
    .where('at', '<', windowOf(before, dayMs))
    .orderBy('at')
    .limit(batchRows)
    .execute();
  await addAggregates(tx, rows.map(sumOfAggregate), dayMs);
  if (rows.length > 0)
    await tx
      .deleteFrom('canary_aggregate')
      .where((where) =>
        where.or(rows.map(({ target, at, scenario, location }) => where.and({ target, width_ms: hourMs, at, scenario, location }))),
      )
      .execute();
  return rows.length;
};

const pruneDays = async (tx: Tx, before: number): Promise<number> => {
  const aggregates = await tx.deleteFrom('canary_aggregate').where('width_ms', '=', dayMs).where('at', '<', before).executeTakeFirst();
  await tx.deleteFrom('canary_day_of_row').where('day', '<', windowOf(before, dayMs)).execute();
  await tx.deleteFrom('canary_state').where('last_at', '<', before).execute();
  return Number(aggregates.numDeletedRows) > 0 ? 1 : 0;
};

const pruneEvidence = async (tx: Tx, before: number): Promise<number> => {
  const rows = await tx.selectFrom('canary_evidence').select('result').where('at', '<', before).limit(batchRows).execute();
  const ids = rows.map(({ result }) => result);
  if (ids.length > 0) await tx.deleteFrom('canary_evidence').where('result', 'in', ids).execute();
  return ids.length;
};

/** Rounds go when their results are gone. */
const pruneRounds = async (tx: Tx, before: number): Promise<number> => {
  const rows = await tx
    .selectFrom('canary_round')
    .select('id')
    .where('started_at', '<', windowOf(before, hourMs))
    .where((where) =>
      where.not(
        where.exists(where.selectFrom('canary_result').select('canary_result.id').whereRef('canary_result.round', '=', 'canary_round.id')),
      ),
    )
    .orderBy('started_at')
    .limit(batchRows)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await tx.deleteFrom('canary_round').where('id', 'in', ids).execute();
  return ids.length;
};

const pruneIncidents = async (tx: Tx, before: number): Promise<number> => {
  const rows = await tx.selectFrom('canary_incident').select('id').where('closed_at', '<', before).limit(batchRows).execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.deleteFrom('canary_delivery').where('incident', 'in', ids).execute();
  await tx.deleteFrom('canary_incident').where('id', 'in', ids).execute();
  return ids.length;
};

const pruneSpending = async (tx: Tx, now: number): Promise<number> => {
  await tx
    .deleteFrom('canary_spend')
    .where('start_at', '<', now - spendKeptMs)
    .execute();
  await tx
    .deleteFrom('canary_reservation')
    .where('at', '<', now - reservationsKeptMs)
    .execute();
  return 0;
};

/** Batch after batch until one is not full. One process at a time does it, and everyone else writes between two batches. */
const inBatches = async (opened: Opened, batch: (tx: Tx) => Promise<number>): Promise<number> => {
  let all = 0;
  for (;;) {
    const done = await holding(opened, 'prune', batch);
    all += done;
    await breath();
    if (done < batchRows) return all;
  }
};

/** See HistoryStore. */
export const pruneIn =
  (opened: Opened): HistoryStore['prune'] =>
  async (now: number, keep: Retention) => {
    await inBatches(opened, async (tx) => pruneEvidence(tx, now - keep.evidenceMs));
    const results = await inBatches(opened, async (tx) => pruneResults(tx, now - keep.resultsMs));
    const rounds = await inBatches(opened, async (tx) => pruneRounds(tx, now - keep.resultsMs));
    await inBatches(opened, async (tx) => pruneHours(tx, now - keep.hoursMs));
    await inBatches(opened, async (tx) => pruneDays(tx, now - keep.daysMs));
    const incidents = await inBatches(opened, async (tx) => pruneIncidents(tx, now - keep.incidentsMs));
    await inBatches(opened, async (tx) => pruneSpending(tx, now));
    return { results, rounds, incidents };
  };
