import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Children } from './children.ts';
import { documentText, goalTable, limitLines, type Measured, measureSection, tableSection } from './document.ts';
import { findMeasures } from './find-measures.ts';
import { watchForeignLoad } from './foreign-load.ts';
import { cellNames, lookAt, profileOf } from './gateway/one-cell.ts';
import { surroundings } from './machine.ts';
import type { Measure, MeasureContext } from './measure.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';

/** Measures this package and writes docs/benchmarks.md. Everything stays on this machine, except the installation of the peer from npm. */

const root = fileURLToPath(new URL('..', import.meta.url));
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const err = (text: string): void => void process.stderr.write(`${text}\n`);

const children = new Children();
const scratchDir = mkdtempSync(join(tmpdir(), 'wireproof-bench-'));
process.on('exit', () => {
  children.killAll();
  rmSync(scratchDir, { recursive: true, force: true });
});
const stop = new AbortController();
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(name, () => {
    stop.abort();
    process.exit(code);
  });
}

const environment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined || name === 'NODE_OPTIONS' ? [] : [[name, value]])),
  );

const build = (): void => {
  const { status } = spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed, so there is nothing to measure');
};

const contextFor = ({ quick }: BenchOptions, name: string): MeasureContext => ({
  quick,
  root,
  cacheDir: join(root, '.cache', 'bench'),
  scratchDir,
  env: environment(),
  children,
  signal: stop.signal,
  progress: (message) => err(`${name}: ${message}`),
});

interface Failure {
  readonly name: string;
  readonly error: Error;
}

const perform = async (measure: Measure, options: BenchOptions): Promise<Measured | Failure> => {
  err(`${measure.name}: ${measure.title}`);
  const startedAt = performance.now();
  const foreignLoad = watchForeignLoad();
  try {
    const report = await measure.run(contextFor(options, measure.name));
    return { measure, report, seconds: (performance.now() - startedAt) / 1_000, foreignLoad: foreignLoad() };
  } catch (error) {
    return { name: measure.name, error: error as Error };
  }
};

const caveatOf = ({ only, quick }: BenchOptions): { readonly caveat?: string } => {
  const why = [...(quick ? ['with few repetitions'] : []), ...(only.length > 0 ? ['in part'] : [])];
  return why.length === 0 ? {} : { caveat: `Measured ${why.join(' and ')}: for a look, not for comparison.` };
};

const writeDocument = (measured: readonly Measured[], options: BenchOptions, args: readonly string[]): void => {
  const command = args.length === 0 ? 'npm run bench' : `npm run bench -- ${args.join(' ')}`;
  const date = new Date().toISOString().slice(0, 10);
  const text = documentText({ date, surroundings: surroundings(root), command, ...caveatOf(options), measured });
  const file = join(root, 'docs', 'benchmarks.md');
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  out('docs/benchmarks.md written');
};

const conclude = (outcomes: readonly (Measured | Failure)[], options: BenchOptions, args: readonly string[]): number => {
  const measured = outcomes.flatMap((outcome) => ('report' in outcome ? [outcome] : []));
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  const goals = measured.flatMap(({ report }) => report.goals);
  measured.forEach((one) => out(measureSection(one).join('\n')));
  if (goals.length > 0) out(['## Goals', '', ...goalTable(goals), '', ...limitLines(goals)].join('\n'));
  failures.forEach(({ name, error }) => err(`${name} FAILED: ${error.message}`));
  const whole = options.only.length === 0 && !options.quick;
  if (failures.length > 0) err('docs/benchmarks.md is left as it was');
  else if (whole || options.write) writeDocument(measured, options, args);
  const wrong = goals.some(({ kind, met }) => kind === 'correctness' && met !== true);
  const farOff = options.gate ? goals.filter((goal) => goal.farOff === true) : [];
  farOff.forEach(({ what, goal, measured }) => err(`far off: ${what}: ${measured} instead of ${goal}`));
  return failures.length > 0 || wrong || farOff.length > 0 ? 1 : 0;
};

/** Shows what was asked for and keeps nothing. */
const showOneCell = async (options: BenchOptions): Promise<number> => {
  const { look, profile } = options;
  try {
    if (look !== undefined) out(tableSection(await lookAt(look, contextFor(options, look))).join('\n'));
    if (profile !== undefined) out((await profileOf(profile, contextFor(options, profile))).flatMap(tableSection).join('\n'));
    return 0;
  } catch (error) {
    err((error as Error).message);
    return 1;
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  const measures = await findMeasures();
  let options: BenchOptions;
  try {
    options = readOptions(
      args,
      measures.map(({ name }) => name),
    );
  } catch (error) {
    err(`${(error as Error).message}\nSee npm run bench -- --help`);
    return 2;
  }
  if (options.help) {
    out(usage(measures, cellNames));
    return 0;
  }
  if (options.build) build();
  if (options.look !== undefined || options.profile !== undefined) return showOneCell(options);
  const chosen = measures.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const outcomes: (Measured | Failure)[] = [];
  const startedAt = performance.now();
  for (const measure of chosen) outcomes.push(await perform(measure, options));
  err(`measured in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  return conclude(outcomes, options, args);
};

process.exitCode = await main(process.argv.slice(2));
