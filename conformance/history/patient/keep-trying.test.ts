import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, describe, expect, it } from 'vitest';

import { ToolError } from '../../errors.ts';
import { openHistory } from '../open-history.ts';
import type { HistoryStore } from '../store.ts';
import { testBackends } from '../testing/backends.ts';
import { decideNothing, failedResult, nothingDecided, resultOfRound, roundAt } from '../testing/records.ts';
import { keepTrying, type PatientStore } from './keep-trying.ts';
import type { Timekeeper } from './reach.ts';

const { backends, postgres, remove } = await testBackends();
afterAll(remove);

const run = promisify(execFile);
const start = 1_790_000_000_000;

/** Time that stands; `ring` lets what waits for it happen, in the order of its times. */
const standingClock = (): Timekeeper & { readonly ring: () => void; readonly waits: () => readonly number[] } => {
  const alarms = new Map<() => void, number>();
  return {
    now: () => start,
    after: (ms, then) => {
      const alarm = (): void => then();
      alarms.set(alarm, ms);
      return { cancel: () => void alarms.delete(alarm) };
    },
    waits: () => [...alarms.values()],
    ring: () => {
      const due = [...alarms.keys()];
      for (const alarm of due) {
        alarms.delete(alarm);
        alarm();
      }
    },
  };
};

/** A store that fails as long as `away.error` is set. */
const failing = (store: HistoryStore, away: { error?: Error }): HistoryStore => ({
  ...store,
  recordRound: async (...record) => {
    if (away.error !== undefined) throw away.error;
    return store.recordRound(...record);
  },
  setFact: async (...fact) => {
    if (away.error !== undefined) throw away.error;
    return store.setFact(...fact);
  },
  reserve: async (request) => {
    if (away.error !== undefined) throw away.error;
    return store.reserve(request);
  },
  settle: async (...end) => {
    if (away.error !== undefined) throw away.error;
    return store.settle(...end);
  },
});

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const worst = { requests: 10, inputTokens: 0, outputTokens: 0, seconds: 0, usd: 0 };
const limits = [{ scope: 'team', hour: {}, day: { requests: 25 } }];

/** What becomes of a promise, without waiting for it. */
const watched = <Value>(promise: Promise<Value>) => {
  const seen: { value?: Value; error?: unknown } = {};
  const done = promise.then(
    (value) => void (seen.value = value),
    (error: unknown) => void (seen.error = error),
  );
  return { seen, done };
};

const untilReachable = async (store: PatientStore, clock: { readonly ring: () => void }): Promise<void> => {
  while (!store.condition().reachable || store.condition().queued > 0) {
    clock.ring();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe.each(backends)('keepTrying on $kind', ({ newLocation }) => {
  const opened = async (options = {}) => {
    const plain = await openHistory(await newLocation());
    const away: { error?: Error } = {};
    const clock = standingClock();
    return { plain, away, clock, store: keepTrying(failing(plain, away), { clock, ...options }) };
  };

  it('hands everything through as long as nothing is wrong', async () => {
    const { store } = await opened();
    const round = roundAt(start);
    expect(await store.recordRound(round, [resultOfRound(round)], decideNothing, [])).toEqual(nothingDecided);
    expect(await store.results()).toEqual([resultOfRound(round)]);
    expect(store.condition()).toEqual({ reachable: true, queued: 0, queuedBytes: 0, lost: 0 });
    await store.close();
  });

  it('keeps rounds while the database is away, and writes them in order when it is back', async () => {
    const { store, plain, away, clock } = await opened();
    away.error = refused;
    const rounds = [0, 1, 2].map((index) => roundAt(start + index));
    const order: string[] = [];
    const writes = rounds.map((round) =>
      watched(
        store.recordRound(
          round,
          [failedResult(round)],
          () => {
            order.push(round.id);
            return nothingDecided;
          },
          [],
        ),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const { queuedBytes, ...condition } = store.condition();
    expect(condition).toEqual({ reachable: false, queued: 3, lost: 0, since: start, lastError: 'connect ECONNREFUSED' });
    expect(queuedBytes).toBe(rounds.reduce((sum, round) => sum + Buffer.byteLength(JSON.stringify([round, [failedResult(round)]])), 0));
    expect(writes.map(({ seen }) => seen)).toEqual([{}, {}, {}]);
    delete away.error;
    await untilReachable(store, clock);
    await Promise.all(writes.map(async ({ done }) => done));
    expect(order).toEqual(rounds.map(({ id }) => id));
    expect((await plain.results()).map(({ round }) => round)).toEqual(rounds.map(({ id }) => id).reverse());
    expect(store.condition()).toEqual({ reachable: true, queued: 0, queuedBytes: 0, lost: 0 });
    await store.close();
  });

  it('asks less and less often while nothing answers', async () => {
    const { store, away, clock } = await opened({ firstMs: 100, atMostMs: 350 });
    away.error = refused;
    void watched(store.recordRound(roundAt(start), [], decideNothing, []));
    const pauses: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      pauses.push(...clock.waits());
      clock.ring();
    }
    expect(pauses).toEqual([100, 200, 350, 350]);
    delete away.error;
    await store.close();
  });

  it.each([
    ['rounds', { mostRounds: 2 }],
    ['bytes', { mostBytes: 700 }],
  ])('counts what has no room in the bound of %s, and tells who wrote it', async (_name, bound) => {
    const { store, plain, away, clock } = await opened(bound);
    away.error = refused;
    const writes = [0, 1, 2].map((index) => watched(store.recordRound(roundAt(start + index), [], decideNothing, [])));
    await writes[2]?.done;
    expect(writes[2]?.seen.error).toMatchObject({ code: 'history-lost' });
    expect(store.condition()).toMatchObject({ queued: 2, lost: 1 });
    delete away.error;
    await untilReachable(store, clock);
    expect(await plain.rounds()).toHaveLength(2);
    expect(store.condition()).toMatchObject({ queued: 0, lost: 1 });
    await store.close();
  });

  it('gives up a round at once that would fail again, and goes on with the others', async () => {
    const { store } = await opened();
    const broken = watched(
      store.recordRound(
        roundAt(start),
        [],
        () => {
          throw new TypeError('a rule is broken');
        },
        [],
      ),
    );
    await broken.done;
    expect(broken.seen.error).toEqual(new TypeError('a rule is broken'));
    expect(await store.recordRound(roundAt(start + 1), [], decideNothing, [])).toEqual(nothingDecided);
    expect(store.condition()).toMatchObject({ reachable: true, lost: 1 });
    await store.close();
  });

  it('spends from what was left while the database is away, and books it afterwards', async () => {
    const { store, plain, away, clock } = await opened();
    const request = { limits, at: start, worst };
    const first = (await store.reserve(request)) as { reservation: string };
    away.error = refused;
    const second = (await store.reserve(request)) as { reservation: string };
    expect(second.reservation).toBe('away:1');
    expect(await store.reserve(request)).toMatchObject({ refused: expect.stringContaining('5 of 25 are left') as string });
    await store.settle(first.reservation, { ...worst, requests: 4 });
    delete away.error;
    await untilReachable(store, clock);
    // What was settled for less is known now; what is not settled yet is reserved in full.
    expect((await plain.spent('team', start)).day.requests).toBe(14);
    await store.settle(second.reservation, { ...worst, requests: 1 });
    expect((await plain.spent('team', start)).day.requests).toBe(5);
    await store.close();
  });

  it('books once what was spent, although a call fails and another look falls due while one is under way', async () => {
    const plain = await openHistory(await newLocation());
    const away: { error?: Error } = {};
    const clock = standingClock();
    const answers: (() => void)[] = [];
    const slow: HistoryStore = {
      ...failing(plain, away),
      setFact: async (...fact) => {
        await new Promise<void>((resolve) => answers.push(resolve));
        return plain.setFact(...fact);
      },
      fact: () => Promise.reject(refused),
    };
    const store = keepTrying(slow, { clock });
    await store.reserve({ limits, at: start, worst: { ...worst, requests: 1 } });
    away.error = refused;
    expect(await store.reserve({ limits, at: start, worst })).toEqual({ reservation: 'away:1' });
    delete away.error;
    clock.ring();
    await expect(store.fact('paused')).rejects.toThrow('ECONNREFUSED');
    clock.ring();
    for (const answer of answers) answer();
    await untilReachable(store, clock);
    expect((await plain.spent('team', start)).day.requests).toBe(11);
    for (const answer of answers) answer();
    await store.close();
  });

  it('books what is reserved and settled while it books the others', async () => {
    const plain = await openHistory(await newLocation());
    const away: { error?: Error } = {};
    const clock = standingClock();
    const held: { go?: () => void } = {};
    const slow: HistoryStore = {
      ...failing(plain, away),
      // The second one is the first that is booked afterwards.
      reserve: async (request) => {
        if (away.error !== undefined) throw away.error;
        if (request.at > start && held.go === undefined) await new Promise<void>((go) => (held.go = go));
        return plain.reserve(request);
      },
    };
    const store = keepTrying(slow, { clock });
    await store.reserve({ limits, at: start, worst: { ...worst, requests: 1 } });
    away.error = refused;
    await store.reserve({ limits, at: start + 1, worst });
    delete away.error;
    while (held.go === undefined) {
      clock.ring();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await store.reserve({ limits, at: start + 2, worst })).toEqual({ reservation: 'away:2' });
    await store.settle('away:2', { ...worst, requests: 3 });
    held.go();
    await untilReachable(store, clock);
    expect((await plain.spent('team', start)).day.requests).toBe(14);
    await store.close();
  });

  it('comes back although something that was spent can never be settled: that stays reserved in full', async () => {
    const plain = await openHistory(await newLocation());
    const away: { error?: Error } = {};
    const clock = standingClock();
    const settle: HistoryStore['settle'] = () =>
      Promise.reject(away.error ?? Object.assign(new Error('bigint out of range'), { code: '22003' }));
    const store = keepTrying({ ...failing(plain, away), settle }, { clock });
    const { reservation } = (await store.reserve({ limits, at: start, worst })) as { reservation: string };
    away.error = refused;
    await store.settle(reservation, { ...worst, requests: 1 });
    const write = watched(store.recordRound(roundAt(start), [], decideNothing, []));
    delete away.error;
    for (let time = 0; time < 200 && write.seen.value === undefined; time += 1) {
      clock.ring();
      await plain.rounds();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([write.seen, store.condition().reachable]).toEqual([{ value: nothingDecided }, true]);
    expect((await plain.spent('team', start)).day.requests).toBe(10);
    await store.close();
  });

  it('writes what waits before it closes, and counts what it cannot write in time', async () => {
    const { store, away, clock } = await opened();
    away.error = refused;
    const write = watched(store.recordRound(roundAt(start), [], decideNothing, []));
    await new Promise((resolve) => setImmediate(resolve));
    const closing = watched(store.close());
    while (closing.seen.value === undefined && write.seen.error === undefined) {
      clock.ring();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closing.done;
    expect(write.seen.error).toBeInstanceOf(ToolError);
    expect(store.condition()).toMatchObject({ queued: 0, lost: 1 });
  });
});

describe('keepTrying and real trouble', () => {
  it.runIf(postgres !== undefined)('outlives a PostgreSQL that is stopped and started again', async () => {
    const clock = standingClock();
    const plain = await openHistory((await postgres?.newDatabase()) ?? '');
    const store = keepTrying(plain, { clock });
    const rounds = [0, 1, 2, 3].map((index) => roundAt(start + index));
    await store.recordRound(rounds[0] ?? roundAt(0), [], decideNothing, []);
    await store.reserve({ limits, at: start, worst });
    await postgres?.stop();
    const writes = rounds.slice(1).map((round) => watched(store.recordRound(round, [resultOfRound(round)], decideNothing, [])));
    // The first to find out may be either.
    const answer = await store.reserve({ limits, at: start, worst });
    expect(answer).toEqual({ reservation: 'away:1' });
    expect(store.condition()).toMatchObject({ reachable: false, queued: 3, lost: 0 });
    await expect(store.rounds()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    await postgres?.start();
    await untilReachable(store, clock);
    await Promise.all(writes.map(async ({ done }) => done));
    expect((await store.rounds()).map(({ id }) => id)).toEqual(rounds.map(({ id }) => id).reverse());
    expect((await store.spent('team', start)).day.requests).toBe(20);
    await store.close();
  });

  it('outlives a disk that is full', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wireproof-full-'));
    // A small disk of its own where that is allowed; elsewhere a file of as many pages.
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).then(
      () => true,
      () => false,
    );
    try {
      const file = join(folder, 'history.db');
      const clock = standingClock();
      const plain = await openHistory(file);
      const store = keepTrying(plain, { clock });
      const ballast = join(folder, 'ballast');
      const filled = mounted
        ? await writeFile(ballast, Buffer.alloc(8_000_000)).then(
            () => 'room',
            () => 'full',
          )
        : 'full';
      expect(filled).toBe('full');
      const away: { error?: Error } = mounted
        ? {}
        : { error: Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }) };
      const patient = mounted ? store : keepTrying(failing(plain, away), { clock });
      const round = roundAt(start);
      const results = Array.from({ length: 200 }, (_, index) => failedResult(round, { scenario: `s/${index}` }));
      const write = watched(patient.recordRound(round, results, decideNothing, []));
      while (patient.condition().reachable) await new Promise((resolve) => setImmediate(resolve));
      expect(patient.condition()).toMatchObject({ reachable: false, queued: 1, lastError: 'database or disk is full' });
      delete away.error;
      await rm(ballast, { force: true });
      await untilReachable(patient, clock);
      await write.done;
      expect(write.seen).toEqual({ value: nothingDecided });
      expect(await plain.results({ limit: 999 })).toHaveLength(200);
      expect(await plain.check()).toEqual([]);
      await patient.close();
    } finally {
      if (mounted) await run('umount', ['-l', folder]);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
