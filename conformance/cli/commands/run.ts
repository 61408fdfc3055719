import type { Command } from 'commander';

import type { Arm, Scenario } from '#scenarios/kit/scenario';

import type { Report } from '../../engine/records.ts';
import type { RunOptions } from '../../engine/run.ts';
import { ToolError } from '../../errors.ts';
import { printable } from '../../reporters/printable.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import type { Target } from '../../targets/target.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { exitCodeOfSignal } from '../io.ts';
import type { ReportOutputs } from '../report-outputs.ts';
import { together } from '../together.ts';
import { listOf, repeatedText, someText, wholeNumber } from '../values.ts';

interface RunFlags {
  readonly target?: string;
  readonly arm?: readonly string[];
  readonly row?: readonly number[];
  readonly scenario?: readonly string[];
  readonly profile?: string;
  readonly baseline?: string;
  readonly reporter?: readonly string[];
  readonly concurrency?: number;
  readonly seed?: number;
  readonly budgetRequests?: number;
  readonly budgetTokens?: number;
  readonly budgetSeconds?: number;
}

type Titles = Readonly<Record<string, string>>;

const mostConcurrency = 256;
const mostSeed = 2 ** 31 - 1;
const mostBudget = 1_000_000_000;
const lastRow = 20;

const declare = (command: Command): void => {
  const count = wholeNumber(1, mostBudget);
  command
    .option('--target <name|url|file>', 'the proxy under test (default: reference)', someText)
    .option('--arm <arm>', 'symptom, remedy, conformance or canary; repeatable, or a comma list', listOf(String))
    .option('--row <n>', 'only this row of the page; repeatable, or a comma list', listOf(wholeNumber(1, lastRow)))
    .option('--scenario <glob>', 'only scenarios whose id matches; repeatable', repeatedText)
    .option('--profile <name>', 'what a URL claims to do (default: openai-compatible)', someText)
    .option('--baseline <file>', 'known failures, each with reason, owner and expiry', someText)
    .option('--reporter <name[=file]>', 'console, json, junit or github; repeatable (default: console)', repeatedText)
    .option('--concurrency <n>', 'how many arms run at a time (default: 8)', wholeNumber(1, mostConcurrency))
    .option('--seed <n>', 'fixes the correlation tokens (default: random, and in the report)', wholeNumber(0, mostSeed))
    .option('--budget-requests <n>', 'hard ceiling of requests to the target', count)
    .option('--budget-tokens <n>', 'hard ceiling of input and output tokens', count)
    .option('--budget-seconds <n>', 'hard ceiling of wall time', count);
};

/** @throws ToolError `usage` with every arm that does not exist. */
const checkedArms = async (names: readonly string[]): Promise<readonly Arm[]> => {
  const [{ arms }, { nearestHint }] = await Promise.all([import('#scenarios/kit/scenario'), import('../../nearest.ts')]);
  const isArm = (name: string): name is Arm => arms.some((arm) => arm === name);
  const problems = names
    .filter((name) => !isArm(name))
    .map((name) => ({ where: '--arm', expected: `one of ${arms.join(', ')}`, actual: `"${name}"`, hint: nearestHint(name, arms) }));
  if (problems.length > 0) throw new ToolError('usage', 'there is no such arm', { problems });
  return [...new Set(names.filter(isArm))];
};

const selected = async (flags: RunFlags, scenarios: readonly Scenario[]): Promise<readonly Scenario[]> => {
  const { selectScenarios } = await import('../../engine/select.ts');
  return selectScenarios(scenarios, { rows: flags.row ?? [], ids: flags.scenario ?? [] });
};

const budgetOf = ({ budgetRequests, budgetTokens, budgetSeconds }: RunFlags): NonNullable<RunOptions['budget']> => ({
  ...(budgetRequests !== undefined && { requests: budgetRequests }),
  ...(budgetTokens !== undefined && { tokens: budgetTokens }),
  ...(budgetSeconds !== undefined && { seconds: budgetSeconds }),
});

const reportTo = (reporters: readonly Reporter[]): Pick<RunOptions, 'onStart' | 'onResult'> => ({
  onStart: (start) => reporters.forEach((reporter) => reporter.onRunStart?.(start)),
  onResult: (result) => reporters.forEach((reporter) => reporter.onResult?.(result)),
});

const isUrl = (text: string): boolean => /^[a-z]+:\/\//i.test(text);

const targetOf = ({ target = 'reference', profile }: RunFlags, { io, parts }: CommandContext): Promise<Target> => {
  if (profile !== undefined && !isUrl(target)) {
    throw new ToolError('usage', `--profile goes with a URL, ${target} says itself what it claims`, {
      hint: 'change the claims in the target file',
    });
  }
  // Installing and starting take time; a person wants to know, a log does not.
  const onProgress = (message: string): void => io.err(`\r\x1b[2K${printable(message)}\n`);
  return parts.target(target, {
    env: io.env,
    cwd: io.cwd,
    ...(profile !== undefined && { profile }),
    ...(io.errIsTerminal && { onProgress }),
  });
};

/** What needs the scenarios: which of them run, and the known failures. */
const readCatalogue = async ({ baseline, ...flags }: RunFlags, { parts }: CommandContext) => {
  const all = await parts.loadScenarios();
  const [scenarios, known] = await together([
    selected(flags, all),
    baseline === undefined ? Promise.resolve(undefined) : parts.baseline(baseline, all),
  ]);
  return { all, scenarios, known };
};

/** `titles` are looked up when the report is printed: the scenarios are read at the same time as this. */
const openOutputs = async ({ reporter = [] }: RunFlags, { io, colour }: CommandContext, titles: Titles): Promise<ReportOutputs> => {
  const { openReports } = await import('../report-outputs.ts');
  return openReports(reporter, { io, colour, titles });
};

/** Reads everything that the flags name before anything starts, so that all that is wrong is told at once. */
const readInputs = async (flags: RunFlags, context: CommandContext) => {
  const titles: Record<string, string> = {};
  const [arms, catalogue, target, outputs] = await together([
    flags.arm === undefined ? Promise.resolve(undefined) : checkedArms(flags.arm),
    readCatalogue(flags, context),
    targetOf(flags, context),
    openOutputs(flags, context, titles),
    context.parts.checkFixtures(),
  ]);
  for (const { id, title } of catalogue.all) titles[id] = title;
  return { arms, ...catalogue, target, outputs };
};

type Inputs = Awaited<ReturnType<typeof readInputs>>;

const optionsFrom = (flags: RunFlags, { arms, scenarios, known, target }: Inputs, { io }: CommandContext): RunOptions => ({
  scenarios,
  target,
  budget: budgetOf(flags),
  signal: io.signal,
  ...(arms !== undefined && { arms }),
  ...(flags.concurrency !== undefined && { concurrency: flags.concurrency }),
  ...(flags.seed !== undefined && { seed: flags.seed }),
  ...(known !== undefined && { baseline: known }),
});

/** The report says what the run would have ended in; after a signal, the shell is told of that instead. */
const exitCodeOf = (report: Report, { signal, err }: CommandContext['io']): number => {
  if (!signal.aborted || report.run.complete) return report.summary.exitCode;
  const code = exitCodeOfSignal(signal.reason);
  err(`stopped by ${String(signal.reason)}: exit ${code}\n`);
  return code;
};

const run = async (command: Command, context: CommandContext): Promise<number> => {
  const flags = command.opts<RunFlags>();
  const inputs = await readInputs(flags, context);
  const { outputs } = inputs;
  const report = await context.parts.runSuite({ ...optionsFrom(flags, inputs, context), ...reportTo(outputs.reporters) });
  outputs.reporters.forEach((reporter) => reporter.onRunEnd?.(report));
  await outputs.writeFiles();
  return exitCodeOf(report, context.io);
};

export const command: CliCommand = {
  name: 'run',
  about: 'run scenarios against a proxy and judge both sides of the wire',
  order: 1,
  examples: [
    ['wireproof run', 'reference proxy, mocked upstreams, symptom and remedy arms: the main job'],
    ['wireproof run --row 3 --reporter json=out.json --reporter junit=out.xml', 'one row; reports for machines beside the console'],
    ['wireproof run --target targets/portkey.yaml --arm conformance', 'start another proxy and judge it'],
    ['wireproof run --target https://proxy.example --arm canary --budget-requests 20', 'a live deployment, with a ceiling'],
    ['wireproof run --scenario "availability/*" --reporter github', 'annotations in a workflow'],
  ],
  notes: `Arms are symptom and remedy on the reference proxy, conformance on others, unless --arm says otherwise.
A reporter without =FILE writes to standard output; the console is there unless another one is. Report files are written
whole at the end, and paths are tried before the run. The first Ctrl-C ends the run cleanly and writes reports that say
so (run.complete is false, exit 130); the second one exits at once. Keys come from environment variables or files.`,
  declare,
  run,
};
