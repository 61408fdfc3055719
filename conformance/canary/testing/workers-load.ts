/** More due rounds than workers can run, on a PostgreSQL of its own, for the benchmarks: tells how many were run and how many twice. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { openHistory } from '../../history/open-history.ts';
import { privatePostgres } from '../../history/testing/private-postgres.ts';
import type { WorkerOrder } from './worker-program.ts';

interface LoadOrder {
  readonly url: string;
  readonly workers: readonly number[];
  readonly targets: number;
  readonly everyMs: number;
  readonly forMs: number;
}

interface LoadResult {
  readonly workers: number;
  readonly rounds: number;
  /** Rounds of the same due time beyond the first. */
  readonly doubled: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
const program = fileURLToPath(new URL('worker-program.ts', import.meta.url));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const startWorker = async (worker: WorkerOrder): Promise<ChildProcess> => {
  const args = ['--import', 'tsx', '--conditions=wireproof-source', program, JSON.stringify(worker)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
};

const end = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

const measure = async (history: string, count: number): Promise<LoadResult> => {
  const targets = Array.from({ length: order.targets }, (_, index) => `target-${index}`);
  const worker: WorkerOrder = {
    history,
    location: 'bench',
    url: order.url,
    targets,
    everyMs: order.everyMs,
    mostRounds: 16,
    writesWithinSeconds: 60,
    clockAhead: 0,
  };
  const store = await openHistory(history);
  const children = await Promise.all(Array.from({ length: count }, () => startWorker(worker)));
  const from = Date.now();
  await pause(order.forMs);
  const to = Date.now();
  await Promise.all(children.map(end));
  const seen = new Set<string>();
  let rounds = 0;
  let doubled = 0;
  let after: string | undefined;
  do {
    const page = await store.rounds({ limit: 1_000, ...(after !== undefined && { after }) });
    for (const round of page) {
      const place = `${round.target} ${round.dueAt}`;
      if (seen.has(place)) doubled += 1;
      seen.add(place);
      if (round.outcome === 'complete' && round.endedAt >= from && round.endedAt < to) rounds += 1;
    }
    after = page.at(-1)?.id;
  } while (after !== undefined);
  await store.close();
  return { workers: count, rounds, doubled };
};

const postgres = await privatePostgres();
const results: LoadResult[] = [];
try {
  for (const count of order.workers) if (postgres !== undefined) results.push(await measure(await postgres.newDatabase(), count));
} finally {
  await postgres?.remove();
}
process.send?.(results, () => process.exit(0));
