import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHistory } from '../open-history.ts';
import type { Decision, HistoryStore, Retention } from '../store.ts';
import { testBackends } from '../testing/backends.ts';
import { decideNothing, failedResult, incidentAt, nothingDecided, resultOfRound, roundAt, stateAt } from '../testing/records.ts';
import { dayMs, hourMs } from '../windows.ts';

const { backends, remove } = await testBackends();
afterAll(remove);

const midnight = Math.floor(1_790_000_000_000 / dayMs) * dayMs;
const forever: Retention = {
  resultsMs: 999 * dayMs,
  evidenceMs: 999 * dayMs,
  hoursMs: 999 * dayMs,
  daysMs: 999 * dayMs,
  incidentsMs: 999 * dayMs,
};

describe.each(backends)('pruning on $kind', ({ newLocation }) => {
  let store: HistoryStore;

  beforeEach(async () => {
    store = await openHistory(await newLocation());
  });
  afterEach(async () => store.close());

  /** A result each ten minutes for three days; the tenth of each ten fails. */
  const threeDays = async (): Promise<void> => {
    for (let day = 0; day < 3; day += 1) {
      const round = roundAt(midnight + day * dayMs);
      const results = Array.from({ length: 144 }, (_, index) => {
        const at = round.startedAt + index * 600_000;
        return resultOfRound(round, { id: `${at}`, at, verdict: index % 10 === 9 ? 'fail' : 'pass', totalMs: 100 + index });
      });
      await store.recordRound(round, results, decideNothing, []);
    }
  };

  const series = async (widthMs: number) => store.series({ target: 'team', from: midnight, to: midnight + 3 * dayMs, widthMs });

  it('keeps the counts of every hour and day, and percentiles within one in a hundred, when results go', async () => {
    await threeDays();
    const [hours, days, rows] = [await series(hourMs), await series(dayMs), await store.days({ from: midnight, to: midnight + 3 * dayMs })];
    const pruned = await store.prune(midnight + 3 * dayMs, { ...forever, resultsMs: dayMs });
    expect(pruned).toEqual({ results: 288, rounds: 2, incidents: 0 });
    expect(await store.results({ to: midnight + 2 * dayMs })).toEqual([]);
    const counts = (points: typeof hours) => points.map(({ at, pass, fail, other }) => ({ at, pass, fail, other }));
    expect(counts(await series(hourMs))).toEqual(counts(hours));
    const after = await series(dayMs);
    expect(counts(after)).toEqual(counts(days));
    for (const [index, point] of after.entries())
      for (const part of ['p50', 'p95', 'p99'] as const) {
        const exact = days[index]?.latency?.[part] ?? 0;
        expect(Math.abs((point.latency?.[part] ?? 0) - exact) / exact).toBeLessThanOrEqual(0.01);
      }
    expect(await store.days({ from: midnight, to: midnight + 3 * dayMs })).toEqual(rows);
  });

  it('makes days of hours, and forgets days', async () => {
    await threeDays();
    const days = await series(dayMs);
    const keep = { ...forever, resultsMs: 0, hoursMs: dayMs };
    await store.prune(midnight + 3 * dayMs, keep);
    const counts = (points: typeof days) => points.map(({ at, pass, fail }) => [at, pass, fail]);
    expect(counts(await series(dayMs))).toEqual(counts(days));
    // Two days are days now, so their hours stand at midnight.
    expect(counts((await series(hourMs)).slice(0, 2))).toEqual(counts(days.slice(0, 2)));
    await store.prune(midnight + 3 * dayMs, { ...keep, daysMs: 2 * dayMs });
    expect(counts(await series(dayMs))).toEqual(counts(days.slice(1)));
    expect((await store.days({ from: midnight, to: midnight + 3 * dayMs })).map(({ day }) => day)).toEqual([
      midnight + dayMs,
      midnight + 2 * dayMs,
    ]);
  });

  it('adds what is written late to an hour that was down-sampled before', async () => {
    await threeDays();
    await store.prune(midnight + 3 * dayMs, { ...forever, resultsMs: 0 });
    const late = roundAt(midnight + 1);
    await store.recordRound(late, [resultOfRound(late, { totalMs: 100 })], decideNothing, []);
    await store.prune(midnight + 3 * dayMs, { ...forever, resultsMs: 0 });
    expect((await series(hourMs))[0]).toMatchObject({ at: midnight, pass: 7, fail: 0 });
  });

  it('forgets evidence before results', async () => {
    const round = roundAt(midnight);
    await store.recordRound(round, [failedResult(round)], decideNothing, []);
    await store.prune(midnight + hourMs, { ...forever, evidenceMs: 60_000 });
    const { evidence: _, ...rest } = failedResult(round);
    expect(await store.results()).toEqual([rest]);
  });

  it('forgets incidents that are over, with their deliveries, and no open ones', async () => {
    const over = incidentAt(midnight, { id: 'over', closedAt: midnight + 5 });
    const open = incidentAt(midnight, { id: 'open', scenario: 'tools/lost' });
    const events = [over, open].map((incident) => ({ kind: 'opened' as const, at: midnight, incident }));
    const decision: Decision = { ...nothingDecided, states: [stateAt(midnight)], incidents: [over, open], events };
    await store.recordRound(roundAt(midnight), [], () => decision, ['hook']);
    expect(await store.prune(midnight + dayMs, { ...forever, incidentsMs: hourMs })).toEqual({ results: 0, rounds: 0, incidents: 1 });
    expect((await store.incidents()).map(({ id }) => id)).toEqual(['open']);
    expect((await store.deliveries()).map(({ key }) => key)).toEqual(['open:opened:hook']);
  });

  it('loses nothing that is written meanwhile, by two who prune at once', async () => {
    const rounds = Array.from({ length: 60 }, (_, index) => roundAt(midnight + index * 600_000));
    const write = async (round: (typeof rounds)[number]) =>
      store.recordRound(
        round,
        Array.from({ length: 20 }, (_, index) => resultOfRound(round, { scenario: `s/${index}` })),
        decideNothing,
        [],
      );
    const prune = async () => store.prune(midnight + dayMs, { ...forever, resultsMs: 0 });
    await Promise.all(rounds.slice(0, 30).map(write));
    await Promise.all([prune(), prune(), ...rounds.slice(30).map(write)]);
    await prune();
    expect(await store.results()).toEqual([]);
    expect((await series(dayMs)).map(({ at, pass }) => [at, pass])).toEqual([[midnight, 1_200]]);
  });

  it('leaves room for the rest of the process in between', async () => {
    const round = roundAt(midnight);
    const results = Array.from({ length: 600 }, (_, index) => resultOfRound(round, { scenario: `s/${index}` }));
    await store.recordRound(round, results, decideNothing, []);
    let turned = false;
    setImmediate(() => (turned = true));
    await store.prune(midnight + dayMs, { ...forever, resultsMs: 0 });
    expect(turned).toBe(true);
  });

  it('forgets what was spent long ago', async () => {
    const worst = { requests: 1, inputTokens: 0, outputTokens: 0, seconds: 0, usd: 0 };
    const limits = [{ scope: 'team', hour: {}, day: {} }];
    for (const at of [midnight, midnight + 70 * dayMs]) await store.reserve({ limits, at, worst });
    await store.prune(midnight + 70 * dayMs, forever);
    const days = await Promise.all([midnight, midnight + 70 * dayMs].map(async (at) => (await store.spent('team', at)).day.requests));
    expect(days).toEqual([0, 1]);
  });
});
