/** What was told to be written is there, whenever the process was killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { openHistory } from './open-history.ts';
import { compiledHistory } from './testing/compiled-history.ts';
import { privatePostgres } from './testing/private-postgres.ts';

const root = new URL('../../', import.meta.url);
const program = new URL('testing/record-rounds.mjs', import.meta.url).pathname;

const folder = await mkdtemp(join(tmpdir(), 'wireproof-crash-'));
const module = await compiledHistory(join(folder, 'compiled'));
const postgres = await privatePostgres();
const started = new Set<ChildProcess>();
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
});
afterAll(async () => {
  await postgres?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Numbers that look random and are the same every time. */
const seeded = (seed: number) => (): number => {
  // A linear congruential generator: good enough to spread kills.
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

interface Written {
  /** Ids that the process told to be written. */
  readonly ids: readonly string[];
  readonly code: number | null;
}

/** Records rounds in a process of its own, which is killed when it has told `killAfter` of them; a fraction kills it within the next. */
const recording = async (location: string, name: string, times: number, killAfter = Number.POSITIVE_INFINITY): Promise<Written> => {
  const args = [program, module, location, name, String(times)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  started.add(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const told = text.split('\n').length - 2;
    if (told < Math.floor(killAfter)) return;
    // A part of a moment later, somewhere in the next transaction.
    const spin = process.hrtime.bigint() + BigInt(Math.floor((killAfter % 1) * 4_000_000));
    while (process.hrtime.bigint() < spin);
    child.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  started.delete(child);
  return {
    ids: text
      .split('\n')
      .slice(0, -1)
      .filter((line) => !line.startsWith('open ')),
    code,
  };
};

describe('a history whose process is killed', () => {
  it('has every round that was told to be written, and nothing is corrupt, after twenty kills', async () => {
    const location = join(folder, 'killed.db');
    const random = seeded(8);
    const told: string[] = [];
    let killed = 0;
    for (let round = 0; round < 20; round += 1) {
      const { ids, code } = await recording(location, `life-${String(round).padStart(2, '0')}`, 1_000, 1 + random() * 12);
      told.push(...ids);
      if (code === null) killed += 1;
    }
    const store = await openHistory(location);
    const written = await store.rounds({ limit: 1_000_000 });
    const ids = new Set(written.map(({ id }) => id));
    expect(told.filter((id) => !ids.has(id))).toEqual([]);
    expect(killed).toBe(20);
    expect(await store.check()).toEqual([]);
    // A round is there wholly or not at all: results, state, incident, delivery.
    const [state] = await store.states();
    const [incident] = await store.incidents();
    expect([state?.lastAt, incident?.results, (await store.incidents()).length, (await store.deliveries()).length]).toEqual([
      written.length,
      written.length,
      1,
      1,
    ]);
    const results = await store.results({ limit: 1_000_000 });
    expect(results.length).toBe(written.length * 5);
    await store.close();
  }, 120_000);
});

const shared = [
  { kind: 'sqlite', location: async () => join(folder, 'shared.db') },
  ...(postgres === undefined ? [] : [{ kind: 'postgres', location: postgres.newDatabase }]),
];

describe.each(shared)('two processes on one $kind', ({ location }) => {
  it('lose no round, no state, and open one incident with one delivery', async () => {
    const place = await location();
    const ends = await Promise.all(['one', 'two'].map(async (name) => recording(place, name, 40)));
    expect(ends.map(({ code, ids }) => [code, ids.length])).toEqual([
      [0, 40],
      [0, 40],
    ]);
    const store = await openHistory(place);
    const [state] = await store.states();
    const incidents = await store.incidents();
    expect([state?.lastAt, incidents.map(({ results }) => results), (await store.deliveries()).length]).toEqual([80, [80], 1]);
    expect(await store.results({ limit: 1_000 })).toHaveLength(400);
    expect(await store.check()).toEqual([]);
    await store.close();
  }, 60_000);
});
