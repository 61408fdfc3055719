import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { openHistory } from '../../history/open-history.ts';
import type { Round } from '../../history/records.ts';
import type { HistoryStore } from '../../history/store.ts';
import { privatePostgres, type PrivatePostgres } from '../../history/testing/private-postgres.ts';
import { nextDue } from '../schedule/next-due.ts';
import { startCountedTarget, well, type CountedTarget } from '../testing/counted-target.ts';
import { plainTarget } from '../testing/round-setting.ts';
import type { WorkerOrder } from '../testing/worker-program.ts';

const program = fileURLToPath(new URL('../testing/worker-program.ts', import.meta.url));
const everyMs = 6_000;
const names = Array.from({ length: 12 }, (_, index) => `target-${index}`);
const bound = { timeout: 60_000, interval: 100 };

const postgres = await privatePostgres();
afterAll(() => postgres?.remove());

let target: CountedTarget;
let stores: HistoryStore[] = [];
const children = new Set<ChildProcess>();

beforeAll(async () => {
  target = await startCountedTarget();
});
afterAll(() => target.close());
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
});

const startWorker = async (order: WorkerOrder): Promise<ChildProcess> => {
  const args = ['--import', 'tsx', '--conditions=wireproof-source', program, JSON.stringify(order)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await once(child.stdout, 'data');
  return child;
};

const endWorker = async (child: ChildProcess): Promise<number | null> => {
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGTERM');
  return (await ended)[0];
};

const open = async (pg: PrivatePostgres): Promise<{ readonly history: string; readonly store: HistoryStore }> => {
  const history = await pg.newDatabase();
  const store = await openHistory(history);
  stores.push(store);
  return { history, store };
};

const scheduled = (name: string) =>
  plainTarget('http://127.0.0.1:9', { name, schedule: { when: { everyMs }, jitterMs: 0, timeZone: 'UTC', blackouts: [] } });

/** Every due time of the target from the first to the last that was run. */
const expectedDues = (name: string, rounds: readonly Round[]): readonly number[] => {
  const dues = rounds.map(({ dueAt }) => dueAt).sort((a, b) => a - b);
  const [first = 0, last = 0] = [dues[0], dues.at(-1)];
  const expected = [first];
  for (let due = nextDue(scheduled(name), first); due !== undefined && due <= last; due = nextDue(scheduled(name), due)) expected.push(due);
  return expected;
};

describe.skipIf(postgres === undefined).each([1, 2, 4])('%i workers that are killed', (count) => {
  it('run each due round once, and lose none', { timeout: 120_000 }, async () => {
    const { history, store } = await open(postgres as PrivatePostgres);
    const workers = new Map<string, ChildProcess>();
    const order = (id: string): WorkerOrder => ({
      history,
      location: 'here',
      url: `${target.url}/${id}`,
      targets: names,
      everyMs,
      // Clocks differ by more than an interval; the database's counts.
      clockAhead: workers.size * 7_000,
    });
    let begun = 0;
    const begin = async (): Promise<void> => {
      begun += 1;
      const id = `worker-${count}-${begun}`;
      workers.set(id, await startWorker(order(id)));
    };
    const kills: Promise<unknown>[] = [];
    const before = target.arrived.length;
    target.behave = (response, arrived, index) => {
      const [, id = ''] = arrived.path.split('/');
      const isToDie = [3, 9].includes(index - before);
      if (!isToDie) return well()(response, arrived, index);
      // Dies with the question asked and no answer seen; another one takes its place.
      const victim = workers.get(id);
      workers.delete(id);
      victim?.kill('SIGKILL');
      kills.push(begin());
    };
    for (let index = 0; index < count; index += 1) await begin();
    await vi.waitFor(async () => expect((await store.rounds({ limit: 100 })).length).toBeGreaterThanOrEqual(22), bound);
    await Promise.all(kills);
    expect(kills).toHaveLength(2);
    // What the dead ones had under way has been taken over, too: due times have no gap.
    await vi.waitFor(async () => {
      const rounds = await store.rounds({ limit: 200 });
      for (const name of names) {
        const own = rounds.filter((round) => round.target === name);
        expect(own.map(({ dueAt }) => dueAt).sort((a, b) => a - b)).toEqual(expectedDues(name, own));
      }
    }, bound);
    expect(await Promise.all([...workers.values()].map(endWorker))).toEqual([...workers.keys()].map(() => 0));
    const rounds = await store.rounds({ limit: 200 });
    expect(rounds.filter(({ outcome }) => outcome !== 'complete').map(({ target: name, cause, note }) => ({ name, cause, note }))).toEqual(
      [],
    );
    const results = await store.results({ limit: 500 });
    expect(results.filter(({ verdict }) => verdict === 'pass')).toHaveLength(rounds.length);
    // Beside one question for each round, only those that the dead had asked.
    expect(target.arrived.length - before).toBe(rounds.length + kills.length);
    expect(new Set(target.arrived.slice(before).map(({ path }) => path.split('/')[1])).size).toBeGreaterThanOrEqual(Math.min(count + 1, 3));
  });
});

describe.skipIf(postgres === undefined)('workers', () => {
  it('keep a budget together, and each location asks for itself', { timeout: 60_000 }, async () => {
    const { history, store } = await open(postgres as PrivatePostgres);
    target.behave = well();
    const before = target.arrived.length;
    const order = (location: string): WorkerOrder => ({
      history,
      location,
      url: `${target.url}/${location}`,
      targets: names,
      everyMs,
      requestsPerHour: 5,
      clockAhead: 0,
    });
    const workers = [await startWorker(order('east')), await startWorker(order('east')), await startWorker(order('west'))];
    await vi.waitFor(async () => {
      for (const location of ['east', 'west']) {
        expect((await store.rounds({ location, limit: 100 })).length).toBeGreaterThanOrEqual(7);
      }
    }, bound);
    await Promise.all(workers.map(endWorker));
    const rounds = await store.rounds({ limit: 100 });
    expect(rounds.filter(({ outcome }) => outcome === 'complete')).toHaveLength(5);
    expect(new Set(rounds.filter(({ outcome }) => outcome !== 'complete').map(({ cause }) => cause))).toEqual(new Set(['budget']));
    expect(target.arrived.length - before).toBe(5);
    const places = rounds.map((round) => `${round.location} ${round.target} ${round.dueAt}`);
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(rounds.map(({ location }) => location))).toEqual(new Set(['east', 'west']));
  });
});
