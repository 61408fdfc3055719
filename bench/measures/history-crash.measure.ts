import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { medianOf } from '../wording.ts';

/** Of the published module, as far as it is needed here. */
interface History {
  readonly rounds: (query: { readonly limit: number }) => Promise<readonly { readonly id: string }[]>;
  readonly results: (query: { readonly limit: number }) => Promise<readonly unknown[]>;
  readonly check: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}
interface HistoryModule {
  readonly openHistory: (location: string) => Promise<History>;
}

const mostRoundsOfALife = 12;
const resultsOfARound = 5;
const lifeWithinMs = 60_000;
const startGoalMs = 2_000;

interface Life {
  readonly told: readonly string[];
  /** From the start of the process until its history was open. */
  readonly startMs: number;
}

/** A process that records rounds and is killed a random moment after it has told of `rounds` of them. */
const oneLife = async (
  { root, env, children, signal }: MeasureContext,
  module: string,
  file: string,
  name: string,
  rounds: number,
): Promise<Life> => {
  const program = join(root, 'conformance', 'history', 'testing', 'record-rounds.mjs');
  let text = '';
  let startMs = 0;
  let enough: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (enough = resolve));
  const startedAt = performance.now();
  const child = children.start({
    command: ['node', program, module, file, name, '1000000'],
    env,
    cwd: root,
    onOutput: (chunk) => {
      text += chunk;
      if (startMs === 0 && text.includes('\n')) startMs = performance.now() - startedAt;
      if (text.split('\n').length - 2 >= rounds) enough();
    },
  });
  const late = AbortSignal.any([signal, AbortSignal.timeout(lifeWithinMs)]);
  await Promise.race([told, child.ended, new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }))]);
  // Somewhere in the transactions that follow.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
  await child.stop();
  const ids = text
    .split('\n')
    .slice(0, -1)
    .filter((line) => !line.startsWith('open '));
  if (ids.length < rounds) throw new Error(`a process told of ${ids.length} rounds instead of ${rounds}: ${child.lastWords()}`);
  return { told: ids, startMs };
};

const goals = (kills: number, lost: number, torn: number, problems: readonly string[], slowest: number): readonly Goal[] => [
  {
    what: `rounds that were told to be written and are gone, after ${kills} times kill -9`,
    goal: '0',
    measured: String(lost),
    met: lost === 0,
    kind: 'correctness',
  },
  { what: 'rounds that are there in part', goal: '0', measured: String(torn), met: torn === 0, kind: 'correctness' },
  {
    what: 'what integrity_check and our own check find',
    goal: 'nothing',
    measured: problems.length === 0 ? 'nothing' : problems.join('; '),
    met: problems.length === 0,
    kind: 'correctness',
  },
  {
    what: 'slowest start after a crash: from the start of the process until the history is open',
    goal: `under ${startGoalMs} ms`,
    measured: `${Math.round(slowest)} ms`,
    met: slowest < startGoalMs,
    kind: 'speed',
  },
];

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const kills = context.quick ? 10 : 200;
  const module = pathToFileURL(join(context.root, 'dist', 'conformance', 'history', 'open-history.js')).href;
  const file = join(context.scratchDir, 'killed.db');
  const told: string[] = [];
  const starts: number[] = [];
  for (let life = 0; life < kills; life += 1) {
    context.signal.throwIfAborted();
    const rounds = 1 + Math.floor(Math.random() * mostRoundsOfALife);
    const { told: ids, startMs } = await oneLife(context, module, file, `life-${String(life).padStart(4, '0')}`, rounds);
    told.push(...ids);
    // The first one makes the file.
    if (life > 0) starts.push(startMs);
    if ((life + 1) % 20 === 0) context.progress(`${life + 1} of ${kills} killed`);
  }
  const { openHistory } = (await import(module)) as HistoryModule;
  const history = await openHistory(file);
  const written = await history.rounds({ limit: 1_000_000 });
  const results = await history.results({ limit: 1_000_000 });
  const problems = await history.check();
  await history.close();
  const ids = new Set(written.map(({ id }) => id));
  const lost = told.filter((id) => !ids.has(id)).length;
  const torn = Math.abs(results.length - written.length * resultsOfARound);
  return {
    tables: [
      {
        caption: 'A process records rounds and is killed with SIGKILL, again and again, on one file',
        head: ['kills', 'rounds told', 'rounds there', 'ms until open after a crash: median (min–max)'],
        rows: [[String(kills), String(told.length), String(written.length), medianOf(starts)]],
      },
    ],
    goals: goals(kills, lost, torn, problems, Math.max(...starts)),
    notes: [
      'SQLite (libsql), published build. Each round is five results with 2 KiB of evidence each, a state, an incident; the process prints its id when the promise has resolved, and is killed up to 8 ms after a random one.',
      'There may be more rounds than were told: the last one of each life may have been written before its id was printed.',
    ],
  };
};

export const measure: Measure = { name: 'history-crash', title: 'A history whose process is killed', order: 12, run };
