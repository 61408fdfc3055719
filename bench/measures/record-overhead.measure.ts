import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { type Contestant, contestantsIn, type RunningContestant, startContestant } from '../contestants/contestant.ts';
import { expectedOf } from '../contestants/expected.ts';
import { type Entrant, interleaved, type Sample } from '../contestants/rounds.ts';
import { type Workload, workloads } from '../contestants/workload.ts';
import type { Goal, Measure, MeasureContext, MeasureReport, Table } from '../measure.ts';
import { pinLoad } from '../pinning.ts';
import { keptGoal } from '../recording/kept-goal.ts';
import { median, quantile, ratiosOf } from '../statistics.ts';
import { figure, mebibytes, medianOf } from '../wording.ts';

const connections = 16;
const mostOverhead = 0.1;
/** Of resident memory, between the end of the warm-up and the end of the run. */
const mostGrowthMiB = 48;

const labels = { pipe: 'plain pipe', pass: 'pass-through', record: 'pass-through that writes recordings' } as const;
type Mode = keyof typeof labels;
const modes: readonly Mode[] = ['pipe', 'pass', 'record'];

const keptIn = ({ scratchDir }: MeasureContext): string => join(scratchDir, 'recordings');
const filesIn = (directory: string): number =>
  readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith('.json')).length;

const passing = (mode: Mode, port: number, context: MeasureContext): Contestant => {
  const { root } = context;
  const directory = keptIn(context);
  mkdirSync(directory, { recursive: true });
  const program = join(root, 'bench', 'recording', 'passing-program.ts');
  const command = ['node', '--import', 'tsx', '--conditions=wireproof-source', program, mode, String(port), directory];
  return { name: mode === 'pipe' ? 'bare' : 'wireproof', label: labels[mode], makesUpIds: false, command };
};

interface Measured {
  readonly samples: readonly (readonly Sample[])[];
  readonly beforeMiB: readonly number[];
  readonly afterMiB: readonly number[];
  /** Recordings that were written meanwhile. */
  readonly written: number;
}

const memoryOf = (servers: readonly RunningContestant[]): Promise<readonly number[]> =>
  Promise.all(servers.map(async (server) => mebibytes((await server.usage()).rssBytes)));

const measureLoad = async (servers: readonly RunningContestant[], workload: Workload, context: MeasureContext): Promise<Measured> => {
  const { root, quick, signal, progress } = context;
  const entrants: Entrant[] = [];
  for (const server of servers) entrants.push({ server, expected: await expectedOf(root, server, workload) });
  const once = { rounds: 1, forMs: 200, warmUpMs: quick ? 500 : 3_000, connections, signal };
  await interleaved(entrants, workload, once);
  const beforeMiB = await memoryOf(servers);
  const before = filesIn(keptIn(context));
  const rounds = quick ? { rounds: 5, forMs: 300 } : { rounds: 25, forMs: 1_000 };
  progress(`${workload.name}: ${rounds.rounds} rounds of ${rounds.forMs} ms for each of ${servers.length}`);
  const samples = await interleaved(entrants, workload, { ...once, ...rounds, warmUpMs: 100 });
  // Who is asked for its memory has written what came before the question.
  const afterMiB = await memoryOf(servers);
  return { samples, beforeMiB, afterMiB, written: filesIn(keptIn(context)) - before };
};

const tableOf = (name: Workload['name'], { samples, beforeMiB, afterMiB }: Measured): Table => ({
  caption: `${name === 'json' ? 'A chat answer of 1,024 bytes of JSON' : 'A chat stream of 100 events, all at once'}, ${connections} connections: median (min–max) over ${samples[0]?.length ?? 0} rounds`,
  head: ['between load and upstream', 'exchanges/s', 'its CPU µs per exchange', 'p50 ms', 'p99 ms', 'RSS MiB before → after', 'exchanges'],
  rows: modes.map((mode, index) => {
    const own = samples[index] ?? [];
    return [
      labels[mode],
      medianOf(own.map((sample) => sample.answersPerSecond)),
      medianOf(own.map((sample) => sample.cpuMicrosPerAnswer)),
      medianOf(own.map((sample) => quantile(sample.latenciesMs, 0.5))),
      medianOf(own.map((sample) => quantile(sample.latenciesMs, 0.99))),
      `${figure(beforeMiB[index] ?? 0)} → ${figure(afterMiB[index] ?? 0)}`,
      String(own.reduce((sum, sample) => sum + sample.answers, 0)),
    ];
  }),
});

const overheadGoal = (name: Workload['name'], mode: Mode, { samples }: Measured): Goal => {
  const of = (which: Mode, value: (sample: Sample) => number): readonly number[] => (samples[modes.indexOf(which)] ?? []).map(value);
  const ratios = ratiosOf(
    of(mode, (sample) => sample.answersPerSecond),
    of('pipe', (sample) => sample.answersPerSecond),
  );
  const byCpu = median(
    ratiosOf(
      of(mode, (sample) => sample.cpuMicrosPerAnswer),
      of('pipe', (sample) => sample.cpuMicrosPerAnswer),
    ),
  );
  return {
    what: `${labels[mode]}, ${name}, exchanges/s against a plain pipe`,
    goal: `at least ${1 - mostOverhead} times`,
    kind: 'speed',
    met: median(ratios) >= 1 - mostOverhead,
    measured: `${medianOf(ratios)}; its own CPU time ${figure(byCpu)} times`,
  };
};

const allKeptGoal = (name: Workload['name'], { samples, written }: Measured): Goal => {
  const exchanges = (samples[modes.indexOf('record')] ?? []).reduce((sum, { answers }) => sum + answers, 0);
  return keptGoal(`${labels.record}, ${name}`, written, exchanges);
};

const memoryGoal = (name: Workload['name'], { beforeMiB, afterMiB }: Measured): Goal => {
  const grown = (afterMiB[modes.indexOf('record')] ?? 0) - (beforeMiB[modes.indexOf('record')] ?? 0);
  return {
    what: `${labels.record}, ${name}, growth of its memory over the run`,
    goal: `at most ${mostGrowthMiB} MiB`,
    kind: 'speed',
    met: grown <= mostGrowthMiB,
    measured: `${figure(grown)} MiB`,
  };
};

const measureAll = async (context: MeasureContext, prefix: readonly string[]): Promise<Pick<MeasureReport, 'tables' | 'goals'>> => {
  const servers: RunningContestant[] = [];
  const start = async (contestant: Contestant): Promise<RunningContestant> => {
    const server = await startContestant(contestant, context, prefix);
    servers.push(server);
    return server;
  };
  try {
    const [bare] = contestantsIn(context.root, undefined);
    if (bare === undefined) throw new Error('there is no bare upstream');
    const { port } = await start(bare);
    const between: RunningContestant[] = [];
    for (const mode of modes) between.push(await start(passing(mode, port, context)));
    const json = await measureLoad(between, workloads.json, context);
    const stream = await measureLoad(between, workloads.stream, context);
    return {
      tables: [tableOf('json', json), tableOf('stream', stream)],
      goals: [
        ...(['pass', 'record'] as const).flatMap((mode) => [overheadGoal('json', mode, json), overheadGoal('stream', mode, stream)]),
        memoryGoal('json', json),
        memoryGoal('stream', stream),
        allKeptGoal('json', json),
        allKeptGoal('stream', stream),
      ],
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const pinning = pinLoad(process.pid);
  try {
    return {
      ...(await measureAll(context, pinning.serverPrefix)),
      notes: [
        'A plain pipe is node:http on both sides with `pipe`; the pass-through looks at the socket besides, and writes recordings only where it says so: redacted, sealed, one file each.',
        'The upstream is a bare node:http server with prepared bytes. It shares a core with what is measured, so ratios by exchanges/s are milder than those by CPU time. Every answer was checked, every byte of it.',
        pinning.about,
      ],
    };
  } finally {
    pinning.release();
  }
};

export const measure: Measure = { name: 'record-overhead', title: 'Recording beside a plain pipe', order: 9, run };
