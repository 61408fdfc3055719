import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHistory } from './open-history.ts';
import type { AlertEvent } from './records.ts';
import type { Decision, HistoryStore, Known } from './store.ts';
import { testBackends } from './testing/backends.ts';
import { amounts, decideNothing, failedResult, incidentAt, nothingDecided, resultOfRound, roundAt, stateAt } from './testing/records.ts';
import { dayMs, hourMs } from './windows.ts';

const { backends, remove } = await testBackends();
afterAll(remove);

const start = 1_790_000_000_000;
const opened = (at: number, more = {}): AlertEvent => ({ kind: 'opened', at, incident: incidentAt(at, more) });
const resolved = (at: number, from: number): AlertEvent => ({ kind: 'resolved', at, incident: incidentAt(from, { closedAt: at }) });
const deciding = (decision: Partial<Decision>) => (): Decision => ({ ...nothingDecided, ...decision });

describe.each(backends)('a history on $kind', ({ newLocation }) => {
  let store: HistoryStore;
  let location: string;

  beforeEach(async () => {
    location = await newLocation();
    store = await openHistory(location);
  });
  afterEach(async () => store.close());

  it('gives back what was recorded, hostile text and all', async () => {
    const round = roundAt(start, { outcome: 'stopped', cause: 'harm', note: 'too many \u0000 429s' });
    const results = [failedResult(round, { scenario: 'tools/lost', row: 'management' }), resultOfRound(round)];
    await store.recordRound(round, results, decideNothing, []);
    expect(await store.rounds()).toEqual([{ ...round, note: 'too many \ufffd 429s' }]);
    expect(await store.results()).toEqual(results);
    expect(await store.result(results[0]?.id ?? '')).toEqual(results[0]);
    expect(await store.result('unknown')).toBeUndefined();
  });

  it('writes a round once, however often it is handed in', async () => {
    const round = roundAt(start);
    const decide = deciding({ states: [stateAt(start)], incidents: [incidentAt(start)], events: [opened(start)] });
    expect(await store.recordRound(round, [resultOfRound(round)], decide, ['hook'])).toEqual(decide());
    expect(await store.recordRound(round, [resultOfRound(round)], decide, ['hook', 'chat'])).toBeUndefined();
    expect((await store.results()).length).toBe(1);
    expect((await store.deliveries()).map(({ key }) => key)).toEqual([`incident-${start}:opened:hook`]);
    expect(await store.days({ from: start, to: start + 1 })).toMatchObject([{ pass: 1 }]);
  });

  it('judges with the states of all locations and the open incidents of the target only', async () => {
    const closed = incidentAt(start, { id: 'over', rule: 'slow', closedAt: start + 1 });
    const elsewhere = stateAt(start, { location: 'there' });
    await store.recordRound(
      roundAt(start),
      [],
      deciding({ states: [stateAt(start), elsewhere], incidents: [closed, incidentAt(start)] }),
      [],
    );
    await store.recordRound(
      roundAt(start, { id: 'other', target: 'other' }),
      [],
      deciding({ states: [stateAt(start, { target: 'other' })] }),
      [],
    );
    let seen: Known | undefined;
    const later = roundAt(start + 1);
    await store.recordRound(
      later,
      [],
      (known) => {
        seen = known;
        return nothingDecided;
      },
      [],
    );
    expect(seen?.states.toSorted((a, b) => a.location.localeCompare(b.location))).toEqual([stateAt(start), elsewhere]);
    expect(seen?.open).toEqual([incidentAt(start)]);
  });

  it('replaces states and incidents by the newer ones', async () => {
    await store.recordRound(roundAt(start), [], deciding({ states: [stateAt(start)], incidents: [incidentAt(start)] }), []);
    const failing = stateAt(start, { health: 'failing', lastAt: start + 5, confirmAt: start + 9 });
    const over = incidentAt(start, { closedAt: start + 5, results: 7 });
    await store.recordRound(roundAt(start + 5), [], deciding({ states: [failing], incidents: [over] }), []);
    expect(await store.states()).toEqual([failing]);
    expect(await store.incident(over.id)).toEqual(over);
    expect(await store.incidents({ open: true })).toEqual([]);
  });

  it('closes an incident and opens the next of the same rule in one round', async () => {
    await store.recordRound(roundAt(start), [], deciding({ incidents: [incidentAt(start)] }), []);
    const next = incidentAt(start + 5, { id: 'next' });
    const over = incidentAt(start, { closedAt: start + 5 });
    await store.recordRound(roundAt(start + 5), [], deciding({ incidents: [next, over] }), []);
    expect(await store.incidents()).toEqual([next, over]);
  });

  it('refuses a second open incident of the same rule, and writes nothing of that round', async () => {
    await store.recordRound(roundAt(start), [], deciding({ incidents: [incidentAt(start)] }), []);
    const second = roundAt(start + 5);
    const decide = deciding({ incidents: [incidentAt(start + 5, { id: 'second' })] });
    await expect(store.recordRound(second, [resultOfRound(second)], decide, [])).rejects.toThrow(/unique/i);
    expect(await store.rounds()).toEqual([roundAt(start)]);
    expect(await store.results()).toEqual([]);
  });

  it('loses no state and opens one incident when two write rounds of one target at once', async () => {
    const other = await openHistory(location);
    const decide = ({ states, open }: Known): Decision => {
      const count = (states[0]?.lastAt ?? 0) + 1;
      const incident = open[0] ?? incidentAt(start);
      const events = open.length === 0 ? [opened(start)] : [];
      return { states: [stateAt(0, { lastAt: count })], incidents: [{ ...incident, results: count }], events };
    };
    const rounds = Array.from({ length: 40 }, (_, index) => roundAt(start + index));
    await Promise.all(rounds.map(async (round, index) => (index % 2 === 0 ? store : other).recordRound(round, [], decide, ['hook'])));
    expect((await store.states()).map(({ lastAt }) => lastAt)).toEqual([40]);
    expect((await store.incidents()).map(({ results }) => results)).toEqual([40]);
    expect(await store.deliveries()).toHaveLength(1);
    await other.close();
  });

  it('finds results by what they are asked for', async () => {
    const [one, two] = [roundAt(start), roundAt(start + hourMs, { location: 'there' })];
    const passed = resultOfRound(one);
    const failed = failedResult(two, { scenario: 'tools/lost', row: 7 });
    await store.recordRound(one, [passed], decideNothing, []);
    await store.recordRound(two, [failed], decideNothing, []);
    const ids = async (query: Parameters<HistoryStore['results']>[0]) => (await store.results(query)).map(({ id }) => id);
    expect(await ids({ target: 'team' })).toEqual([failed.id, passed.id]);
    expect(await ids({ target: 'nobody' })).toEqual([]);
    expect(await ids({ scenario: 'tools/lost' })).toEqual([failed.id]);
    expect(await ids({ location: 'here' })).toEqual([passed.id]);
    expect(await ids({ round: two.id })).toEqual([failed.id]);
    expect(await ids({ row: 7 })).toEqual([failed.id]);
    expect(await ids({ verdicts: ['pass', 'error'] })).toEqual([passed.id]);
    expect(await ids({ from: start + 1 })).toEqual([failed.id]);
    expect(await ids({ to: start + hourMs })).toEqual([passed.id]);
    expect((await store.rounds({ verdicts: ['fail'] })).map(({ id }) => id)).toEqual([two.id]);
    expect((await store.rounds({ scenario: 'streams/cut', row: 4 })).map(({ id }) => id)).toEqual([one.id]);
  });

  it('answers by pages, newest first, where many happened at once', async () => {
    const round = roundAt(start);
    const all = Array.from({ length: 7 }, (_, index) =>
      resultOfRound(round, { scenario: `s/${index}`, at: start + Math.floor(index / 3) }),
    );
    await store.recordRound(round, all, decideNothing, []);
    const found: string[] = [];
    for (
      let page = await store.results({ limit: 2 });
      page.length > 0;
      page = await store.results({ limit: 2, after: page.at(-1)?.id ?? '' })
    )
      found.push(...page.map(({ scenario }) => scenario));
    expect(found).toEqual(['s/6', 's/5', 's/4', 's/3', 's/2', 's/1', 's/0']);
    expect(await store.results({ after: 'gone' })).toEqual([]);
    expect(await store.rounds({ after: round.id })).toEqual([]);
  });

  it('finds incidents that were open at some moment', async () => {
    const over = incidentAt(start, { id: 'over', closedAt: start + 10 });
    const still = incidentAt(start + 20, { id: 'still', scenario: 'tools/lost', row: 7 });
    await store.recordRound(roundAt(start), [], deciding({ incidents: [over, still] }), []);
    const ids = async (query: Parameters<HistoryStore['incidents']>[0]) => (await store.incidents(query)).map(({ id }) => id);
    expect(await ids({ open: true })).toEqual(['still']);
    expect(await ids({ open: false })).toEqual(['over']);
    expect(await ids({ from: start + 11 })).toEqual(['still']);
    expect(await ids({ from: start + 10, to: start + 20 })).toEqual(['over']);
    expect(await ids({ row: 7 })).toEqual(['still']);
    expect(await ids({ scenario: 'streams/cut', target: 'team' })).toEqual(['over']);
    expect(await ids({ limit: 1 })).toEqual(['still']);
    expect(await ids({ after: 'still' })).toEqual(['over']);
  });

  it('sums up days by row, and counts nothing that a target does not claim to have', async () => {
    const round = roundAt(start);
    const more = [
      {},
      { scenario: 'b', warned: true },
      { scenario: 'c', verdict: 'fail' },
      { scenario: 'd', verdict: 'unsupported' },
      { scenario: 'e', verdict: 'error' },
    ] as const;
    await store.recordRound(
      round,
      more.map((each) => resultOfRound(round, each)),
      decideNothing,
      [],
    );
    const next = roundAt(start + dayMs);
    await store.recordRound(next, [resultOfRound(next)], decideNothing, []);
    const day = start - (start % dayMs);
    expect(await store.days({ target: 'team', from: start, to: start + 2 * dayMs })).toEqual([
      { target: 'team', row: 4, day, pass: 2, warned: 1, fail: 1, other: 1 },
      { target: 'team', row: 4, day: day + dayMs, pass: 1, warned: 0, fail: 0, other: 0 },
    ]);
  });

  it('makes a series with exact percentiles of what passed', async () => {
    const round = roundAt(start);
    const results = Array.from({ length: 100 }, (_, index) =>
      resultOfRound(round, { scenario: `s/${index}`, at: start + index, totalMs: 100 - index }),
    );
    const failed = resultOfRound(round, { scenario: 'x', verdict: 'fail', totalMs: 9_999 });
    const late = resultOfRound(round, { scenario: 'y', at: start + hourMs, verdict: 'inconclusive' });
    await store.recordRound(round, [...results, failed, late], decideNothing, []);
    const latency = { p50: 50, p95: 95, p99: 99 };
    const firstByte = { p50: 120.25, p95: 120.25, p99: 120.25 };
    expect(await store.series({ target: 'team', from: start, to: start + 2 * hourMs, widthMs: hourMs })).toEqual([
      { at: start, pass: 100, fail: 1, other: 0, latency, firstByte },
      { at: start + hourMs, pass: 0, fail: 0, other: 1 },
    ]);
    expect(
      await store.series({ target: 'team', scenario: 'x', location: 'here', from: start, to: start + hourMs, widthMs: hourMs }),
    ).toEqual([{ at: start, pass: 0, fail: 1, other: 0 }]);
  });

  it('gives the newest samples of what passed, oldest first', async () => {
    const round = roundAt(start);
    const { firstByteMs: _, ...withoutFirstByte } = resultOfRound(round, { id: '4', at: start + 4, totalMs: 4 });
    const results = [...[1, 2, 3].map((n) => resultOfRound(round, { id: String(n), at: start + n, totalMs: n })), withoutFirstByte];
    const failed = resultOfRound(round, { id: '5', at: start + 5, verdict: 'fail' });
    await store.recordRound(round, [...results, failed], decideNothing, []);
    const query = { target: 'team', scenario: 'streams/cut', location: 'here' };
    expect(await store.samples({ ...query, from: start + 2, limit: 2 })).toEqual([
      { at: start + 3, totalMs: 3, firstByteMs: 120.25 },
      { at: start + 4, totalMs: 4 },
    ]);
    expect((await store.samples({ ...query, from: start + 2, limit: 9 })).map(({ totalMs }) => totalMs)).toEqual([2, 3, 4]);
  });

  it('gives a delivery that is due to one who asks, and to the next when the lease is over', async () => {
    await store.recordRound(roundAt(start), [], deciding({ incidents: [incidentAt(start)], events: [opened(start)] }), ['chat', 'hook']);
    expect(await store.claimDeliveries({ now: start - 1, limit: 9, leaseMs: 100 })).toEqual([]);
    const both = await Promise.all([1, 2].map(async () => store.claimDeliveries({ now: start, limit: 1, leaseMs: 100 })));
    expect(
      both
        .map((claimed) => claimed.map(({ destination, attempts }) => [destination, attempts]))
        .toSorted((a, b) => String(a).localeCompare(String(b))),
    ).toEqual([[['chat', 1]], [['hook', 1]]]);
    expect(await store.claimDeliveries({ now: start + 99, limit: 9, leaseMs: 100 })).toEqual([]);
    const again = await store.claimDeliveries({ now: start + 100, limit: 9, leaseMs: 100 });
    expect(again.map(({ destination, attempts, event }) => [destination, attempts, event])).toEqual([
      ['chat', 2, opened(start)],
      ['hook', 2, opened(start)],
    ]);
  });

  it('gives each delivery to one only, of many who ask at once', async () => {
    const places = Array.from({ length: 12 }, (_, index) => `hook-${index}`);
    await store.recordRound(roundAt(start), [], deciding({ incidents: [incidentAt(start)], events: [opened(start)] }), places);
    const claim = async (limit: number) => store.claimDeliveries({ now: start, limit, leaseMs: 1_000 });
    const claims = await Promise.all(places.map(async () => claim(2)));
    const claimed = [...claims.flat(), ...(await claim(99))].map(({ destination, attempts }) => [destination, attempts]);
    const wanted = places.map((place) => [place, 1]);
    const inOrder = (pairs: readonly unknown[][]) => pairs.toSorted((a, b) => String(a).localeCompare(String(b)));
    expect(inOrder(claimed)).toEqual(inOrder(wanted));
  });

  it('tells the end of an incident after its beginning', async () => {
    await store.recordRound(roundAt(start), [], deciding({ incidents: [incidentAt(start)], events: [opened(start)] }), ['hook']);
    await store.recordRound(roundAt(start + 5), [], deciding({ events: [resolved(start + 5, start)] }), ['hook']);
    const kinds = async (now: number) => (await store.claimDeliveries({ now, limit: 9, leaseMs: 10 })).map(({ event }) => event.kind);
    expect(await kinds(start + 100)).toEqual(['opened']);
    const key = `incident-${start}:opened:hook`;
    await store.finishDelivery(key, { nextAt: start + 300, error: 'HTTP 503\u0000' });
    expect(await kinds(start + 200)).toEqual([]);
    expect(await store.deliveries({ incident: `incident-${start}`, limit: 1 })).toMatchObject([
      { key, nextAt: start + 300, lastError: 'HTTP 503\ufffd' },
    ]);
    await store.finishDelivery(key, { deliveredAt: start + 301 });
    await store.finishDelivery(key, { givenUpAt: start + 400, error: 'late answer' });
    expect(await kinds(start + 302)).toEqual(['resolved']);
    const first = (await store.deliveries()).find((delivery) => delivery.key === key);
    expect([first?.deliveredAt, first?.givenUpAt, first?.lastError]).toEqual([start + 301, undefined, undefined]);
  });

  it('keeps facts', async () => {
    await store.setFact('paused', 'by ops');
    await store.setFact('paused', 'by ops again');
    expect(await store.fact('paused')).toBe('by ops again');
    await store.setFact('paused', undefined);
    expect(await store.fact('paused')).toBeUndefined();
  });

  it('adds up what rounds cost as it was told', async () => {
    const round = roundAt(start, { spent: { ...amounts, usd: 0.1 } });
    await store.recordRound(round, [], decideNothing, []);
    expect((await store.rounds({ target: 'team', from: start, to: start + 1 }))[0]?.spent).toEqual({ ...amounts, usd: 0.1 });
  });
});
