import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { reportSchema, type Report } from '../../conformance/engine/records.ts';

import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { median } from '../statistics.ts';
import { mebibytes, medianOf } from '../wording.ts';

const oneRunWithinMs = 120_000;

/** A whole run takes twenty seconds; a quick look takes one row for all. */
const quickRow = '3';

interface SuiteRun {
  readonly wallMs: number;
  /** Until the first result was shown. */
  readonly firstResultMs: number;
  readonly peakRssBytes: number;
  readonly report: Report;
}

/** The console's live line after the first result: the line is cleared, then `1/<planned>`. */
const firstResultLine = '\u001b[2K1/';

/** When the first result was shown. */
const firstResult = (startedAt: () => number) => {
  let text = '';
  let afterMs: number | undefined;
  return {
    onOutput: (piece: string): void => {
      if (afterMs !== undefined) return;
      text += piece;
      if (text.includes(firstResultLine)) afterMs = performance.now() - startedAt();
    },
    afterMs: (): number => {
      if (afterMs === undefined) throw new Error(`the command showed no first result: ${text.slice(0, 300)}`);
      return afterMs;
    },
  };
};

const runOnce = async ({ quick, root, env, children, scratchDir }: MeasureContext): Promise<SuiteRun> => {
  const reportFile = join(scratchDir, 'suite-run.json');
  const peakFile = join(scratchDir, 'suite-run.peak');
  await Promise.all([reportFile, peakFile].map((file) => rm(file, { force: true })));
  const preload = pathToFileURL(join(root, 'bench', 'programs', 'observed.mjs')).href;
  const cli = join(root, 'dist', 'conformance', 'cli', 'main.js');
  const rows = quick ? ['--row', quickRow] : [];
  const command = ['node', '--import', preload, cli, 'run', ...rows, '--reporter', 'console', '--reporter', `json=${reportFile}`];
  const first = firstResult(() => program.startedAt);
  const program = children.start({ command, cwd: root, env: { ...env, WIREPROOF_BENCH_PEAK: peakFile }, onOutput: first.onOutput });
  const timer = setTimeout(() => void program.stop(), oneRunWithinMs);
  const code = await program.ended;
  clearTimeout(timer);
  const wallMs = performance.now() - program.startedAt;
  if (code !== 0) throw new Error(`the suite ended with ${code}: ${program.lastWords().slice(-1_500)}`);
  const report = reportSchema.parse(JSON.parse(await readFile(reportFile, 'utf8')));
  const peakRssBytes = Number(await readFile(peakFile, 'utf8')) * 1_024;
  return { wallMs, firstResultMs: first.afterMs(), peakRssBytes, report };
};

/** Wall time of a command from its start to its end; it must end with 0. */
const timeCommand = async (args: readonly string[], { root, env, children }: MeasureContext): Promise<number> => {
  const program = children.start({ command: ['node', join(root, 'dist', 'conformance', 'cli', 'main.js'), ...args], cwd: root, env });
  const timer = setTimeout(() => void program.stop(), oneRunWithinMs);
  const code = await program.ended;
  clearTimeout(timer);
  const ms = performance.now() - program.startedAt;
  if (code !== 0) throw new Error(`wireproof ${args.join(' ')} ended with ${code}: ${program.lastWords().slice(-1_500)}`);
  return ms;
};

/** Commands that people type again and again. */
const commands = [
  { args: ['--help'], underMs: 200 },
  { args: ['run', '--row', '3'], underMs: 1_000 },
] as const;

interface TimedCommand {
  readonly text: string;
  readonly underMs: number;
  readonly ms: readonly number[];
}

const timeCommands = async (context: MeasureContext): Promise<readonly TimedCommand[]> => {
  const timed = commands.map(({ args, underMs }) => ({ text: `wireproof ${args.join(' ')}`, args, underMs, ms: [] as number[] }));
  for (let repetition = 0; repetition < (context.quick ? 2 : 11); repetition += 1)
    for (const { args, ms } of timed) ms.push(await timeCommand(args, context));
  return timed;
};

const commandGoal = ({ text, underMs, ms }: TimedCommand): Goal => ({
  what: `\`${text}\` from the shell`,
  goal: underMs < 1_000 ? `under ${underMs} ms` : `under ${underMs / 1_000} s`,
  kind: 'speed',
  met: median(ms) < underMs,
  measured: medianOf(ms, 'ms'),
});

const checkSame = (runs: readonly SuiteRun[]): void => {
  const counts = new Set(runs.map(({ report }) => `${report.results.length} results, ${report.summary.checks} checks`));
  if (counts.size !== 1) throw new Error(`the runs differ: ${[...counts].join('; ')}`);
};

/** What a part of the suite says nothing of. */
const onWhole = ({ quick }: MeasureContext, goal: Goal): Goal =>
  quick ? { ...goal, kind: 'speed', met: undefined, measured: `a quick run takes row ${quickRow} only` } : goal;

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const runs: SuiteRun[] = [];
  if (!context.quick) await runOnce(context); // warms the file cache
  for (let repetition = 0; repetition < (context.quick ? 1 : 7); repetition += 1) {
    context.signal.throwIfAborted();
    runs.push(await runOnce(context));
  }
  checkSame(runs);
  const timed = await timeCommands(context);
  const suiteMs = runs.map(({ report }) => report.run.durationMs);
  const firstMs = runs.map((one) => one.firstResultMs);
  const { results = [], summary } = runs[0]?.report ?? {};
  const count = runs.length;
  const checks = summary?.checks ?? 0;
  const checksPerSecond = runs.map(({ report }) => report.summary.checks / (report.run.durationMs / 1_000));
  const seconds = (values: readonly number[]): string =>
    medianOf(
      values.map((value) => value / 1_000),
      's',
    );
  return {
    tables: [
      {
        caption: `${context.quick ? `Row ${quickRow}` : 'All scenarios'}, all arms: ${results.length} arms run, ${checks} checks judged; median (min–max) of ${count} runs`,
        head: ['what', 'figure'],
        rows: [
          ['process begun to process ended', seconds(runs.map((one) => one.wallMs))],
          ['run, as its report says (without the start of the process)', seconds(suiteMs)],
          ['process begun to first result shown', seconds(firstMs)],
          ['checks per second of the run', medianOf(checksPerSecond)],
          [
            'peak memory (RSS)',
            medianOf(
              runs.map((one) => mebibytes(one.peakRssBytes)),
              'MiB',
            ),
          ],
        ],
      },
      {
        caption: `Commands, process begun to process ended: median (min–max) of ${timed[0]?.ms.length ?? 0}`,
        head: ['command', 'ms'],
        rows: timed.map(({ text, ms }) => [`\`${text}\``, medianOf(ms)]),
      },
    ],
    goals: [
      onWhole(context, {
        what: 'full run after start',
        goal: 'under 10 s',
        measured: seconds(suiteMs),
        met: median(suiteMs) < 10_000,
        kind: 'speed',
      }),
      {
        what: context.quick ? `checks per second after start (row ${quickRow})` : 'checks per second after start',
        goal: 'at least 200',
        measured: medianOf(checksPerSecond),
        met: median(checksPerSecond) >= 200,
        kind: 'speed',
      },
      onWhole(context, {
        what: 'checks of the whole suite',
        goal: 'at least 400',
        measured: String(checks),
        met: checks >= 400,
        kind: 'correctness',
      }),
      {
        what: 'start to first result',
        goal: 'under 1 s',
        measured: seconds(firstMs),
        met: median(firstMs) < 1_000,
        kind: 'speed',
      },
      ...timed.map(commandGoal),
    ],
    notes: [
      ...(context.quick ? [`**A quick run takes row ${quickRow} instead of the whole suite.**`] : []),
      '`node dist/conformance/cli/main.js run --reporter console --reporter json=FILE` in a process of its own with all cores, after one run that does not count; the command is told that it writes to a terminal, so it shows each result at once, and the first one is timed by that. Mocked upstreams and reference proxies run in that process, as they do for every user.',
      'A run that does not exit with 0, or judges another number of checks than the others, ends the measure.',
    ],
  };
};

export const measure: Measure = { name: 'suite-run', title: 'A full run of the suite', order: 1, run };
