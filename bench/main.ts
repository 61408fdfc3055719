import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Children } from './children.ts';
import { chooseMeasures } from './choose-measures.ts';
import {
  documentText,
  goalTable,
  leftOutLines,
  limitLines,
  type Measured,
  measureSection,
  profileSection,
  tableSection,
} from './document.ts';
import { findMeasures } from './find-measures.ts';
import { farOff } from './gate.ts';
import { watchForeignLoad } from './foreign-load.ts';
import { cellNames, gatedGoals, lookAt, profileOf, whereTimeGoes } from './gateway/one-cell.ts';
import { surroundings } from './machine.ts';
import type { Goal, LeftOut, Measure, MeasureContext, Table } from './measure.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';

/** Measures this package and writes docs/benchmarks.md. Everything stays on this machine, except the installation of the peer from npm. */

const root = fileURLToPath(new URL('..', import.meta.url));
const benchmarks = join(root, 'docs', 'benchmarks.md');
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
  } finally {
    // What a measure that failed left behind would take the time of the next one.
    children.killAll();
  }
};

const isPart = ({ only, except }: BenchOptions): boolean => only.length > 0 || except.length > 0;

const caveatOf = (options: BenchOptions): { readonly caveat?: string } => {
  const why = [...(options.quick ? ['with few repetitions'] : []), ...(isPart(options) ? ['in part'] : [])];
  return why.length === 0 ? {} : { caveat: `Measured ${why.join(' and ')}: for a look, not for comparison.` };
};

/** All that came of a run. */
interface Findings {
  readonly outcomes: readonly (Measured | Failure)[];
  readonly leftOut: readonly LeftOut[];
  readonly profiles: readonly Table[];
}

const measuredIn = (outcomes: readonly (Measured | Failure)[]): readonly Measured[] =>
  outcomes.flatMap((outcome) => ('report' in outcome ? [outcome] : []));

const goalsIn = (outcomes: readonly (Measured | Failure)[]): readonly Goal[] => measuredIn(outcomes).flatMap(({ report }) => report.goals);

/** Profiles of the traffic whose goals are missed. A quick run has no time for them. */
const profilesFor = async (outcomes: readonly (Measured | Failure)[], options: BenchOptions): Promise<readonly Table[]> => {
  const missed = goalsIn(outcomes).flatMap(({ met, traffic }) => (met === false && traffic !== undefined ? [traffic] : []));
  if (options.quick || missed.length === 0) return [];
  return whereTimeGoes([...new Set(missed)], contextFor(options, 'profile'));
};

const writeDocument = ({ outcomes, leftOut, profiles }: Findings, options: BenchOptions, args: readonly string[]): void => {
  const command = args.length === 0 ? 'npm run bench' : `npm run bench -- ${args.join(' ')}`;
  const date = new Date().toISOString().slice(0, 10);
  const measured = measuredIn(outcomes);
  const text = documentText({ date, surroundings: surroundings(root), command, ...caveatOf(options), measured, leftOut, profiles });
  writeFileSync(`${benchmarks}.new`, text);
  renameSync(`${benchmarks}.new`, benchmarks);
  out('docs/benchmarks.md written');
};

const show = ({ outcomes, leftOut, profiles }: Findings, { quick }: BenchOptions): void => {
  const goals = goalsIn(outcomes);
  measuredIn(outcomes).forEach((one) => out(measureSection(one).join('\n')));
  out(profileSection(profiles).join('\n'));
  if (goals.length > 0) out(['## Goals', '', ...goalTable(goals), '', ...limitLines(goals)].join('\n'));
  out(leftOutLines(leftOut).join('\n'));
  if (quick) out('A quick run makes no profiles of what is slow; a whole run, or --profile TRAFFIC, does.');
};

const conclude = (findings: Findings, options: BenchOptions, args: readonly string[]): number => {
  const failures = findings.outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []));
  const goals = goalsIn(findings.outcomes);
  show(findings, options);
  failures.forEach(({ name, error }) => err(`${name} FAILED: ${error.message}`));
  const whole = !isPart(options) && !options.quick;
  if (failures.length > 0) err('docs/benchmarks.md is left as it was');
  else if (whole || options.write) writeDocument(findings, options, args);
  const wrong = goals.some(({ kind, met }) => kind === 'correctness' && met !== true);
  return failures.length > 0 || wrong ? 1 : 0;
};

/** What CI asks for: 1 when the proxy has become slower than a machine's moods explain. */
const passGate = async (options: BenchOptions): Promise<number> => {
  const goals = await gatedGoals(contextFor(options, 'gate'));
  const problems = farOff(goals, readFileSync(benchmarks, 'utf8'));
  out(goalTable(goals).join('\n'));
  problems.forEach(err);
  return problems.length > 0 ? 1 : 0;
};

/** Shows what was asked for and keeps nothing. */
const showSome = async (options: BenchOptions): Promise<number> => {
  const { gate, look, profile } = options;
  try {
    if (gate) return await passGate(options);
    if (look !== undefined) out(tableSection(await lookAt(look, contextFor(options, look))).join('\n'));
    if (profile !== undefined) out((await profileOf(profile, contextFor(options, profile))).flatMap(tableSection).join('\n'));
    return 0;
  } catch (error) {
    err((error as Error).message);
    return 1;
  } finally {
    children.killAll();
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
  if (options.gate || options.look !== undefined || options.profile !== undefined) return showSome(options);
  const { chosen, leftOut } = chooseMeasures(measures, options);
  const outcomes: (Measured | Failure)[] = [];
  const startedAt = performance.now();
  for (const measure of chosen) outcomes.push(await perform(measure, options));
  err(`measured in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  const profiles = await profilesFor(outcomes, options);
  return conclude({ outcomes, leftOut, profiles }, options, args);
};

process.exitCode = await main(process.argv.slice(2));
