import type { Command } from 'commander';

import type { PageRow } from '#scenarios/kit/page-row';
import type { Arm, Scenario } from '#scenarios/kit/scenario';

import type { Report } from '../../engine/records.ts';
import type { RunOptions } from '../../engine/run.ts';
import type { Shard } from '../../engine/shard.ts';
import { ToolError } from '../../errors.ts';
import { printable } from '../../reporters/printable.ts';
import { reporterNames } from '../../reporters/find-reporter.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import type { Target } from '../../targets/target.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { compileLess } from '../compile-less.ts';
import type { FormerReport } from '../former-report.ts';
import { exitCodeOfSignal } from '../io.ts';
import type { ReportOutputs } from '../report-outputs.ts';
import { selectionOf } from '../selection.ts';
import { together } from '../together.ts';
import {
  openUpstreamRecordings,
  refuseCanaries,
  upstreamFlag,
  type UpstreamFlag,
  type UpstreamRecordings,
} from '../upstream-recordings.ts';
import { listOf, pageRow, repeatedText, shardOf, someText, wholeNumber } from '../values.ts';

interface RunFlags {
  readonly target?: string;
  readonly arm?: readonly string[];
  readonly row?: readonly PageRow[];
  readonly scenario?: readonly string[];
  readonly profile?: string;
  readonly direct?: string;
  readonly directKeyEnv?: string;
  readonly ownUrl?: string;
  readonly baseline?: string;
  readonly reporter?: readonly string[];
  readonly concurrency?: number;
  readonly seed?: number;
  readonly budgetRequests?: number;
  readonly budgetTokens?: number;
  readonly budgetSeconds?: number;
  readonly thorough?: true;
  readonly rerunFailed?: string;
  /** `true` without a number. */
  readonly bail?: true | number;
  readonly shard?: Shard;
  readonly upstream?: UpstreamFlag;
}

type Titles = Readonly<Record<string, string>>;

const mostConcurrency = 256;
const mostSeed = 2 ** 31 - 1;
const mostBudget = 1_000_000_000;
const mostFailures = 1_000_000;

const declare = (command: Command): void => {
  const count = wholeNumber(1, mostBudget);
  command
    .option('--target <name|url|file>', 'the proxy under test (default: reference)', someText)
    .option('--arm <arm>', 'symptom, remedy, conformance or canary; repeatable, or a comma list', listOf(String))
    .option('--row <n>', 'only this row of the page, or this section by its name; repeatable, or a comma list', listOf(pageRow))
    .option('--scenario <glob>', 'only scenarios whose id matches; repeatable', repeatedText)
    .option('--profile <name|file>', 'what a URL claims to do (default: openai-compatible); discover proposes a file', someText)
    .option(
      '--direct <[dialect=]url>',
      'the upstream behind a live target, asked too when a check fails, to see whose fault it is',
      someText,
    )
    .option('--direct-key-env <name>', 'the environment variable with the key for --direct', someText)
    .option('--own-url <url>', 'the target behind its reverse proxies: shows which hop holds streams back, cuts them or gives up', someText)
    .option('--baseline <file>', 'known failures, each with reason, owner and expiry', someText)
    .option('--reporter <name[=file]>', 'console, json, html and others, see below; repeatable (default: console)', repeatedText)
    .option(
      '--concurrency <n>',
      'how many arms run at a time (default: 24 on the reference proxy, 8 on others, canaries one by one)',
      wholeNumber(1, mostConcurrency),
    )
    .option('--seed <n>', 'fixes the correlation tokens (default: random, and in the report)', wholeNumber(0, mostSeed))
    .option('--budget-requests <n>', 'hard ceiling of requests to the target', count)
    .option('--budget-tokens <n>', 'hard ceiling of input and output tokens', count)
    .option('--budget-seconds <n>', 'hard ceiling of wall time', count)
    .option('--thorough', 'every canary, and not only those that tell the usual case of each row; --row and --scenario imply it')
    .option('--rerun-failed <file>', 'only what did not pass in this report of the json reporter', someText)
    .option('--bail [n]', 'begin nothing more after the first unexpected failure, or the n-th', wholeNumber(1, mostFailures))
    .option('--shard <i/n>', 'only the i-th of n parts, which together are the whole run', shardOf)
    .option('--upstream <record:dir|replay:dir>', 'keep what the mocked upstreams say, or let recordings say it', upstreamFlag);
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

/** What was begun while the scenarios are still being read; ended when the command ends. */
interface Begun {
  end?: (() => Promise<void>) | undefined;
  recordings?: UpstreamRecordings;
}

const isUrl = (text: string): boolean => /^[a-z]+:\/\//i.test(text);

/** Only a run that compares pays for loading this. */
const comparing = async (target: Target, { direct, directKeyEnv }: RunFlags, { io }: CommandContext): Promise<Target> => {
  if (direct === undefined && directKeyEnv !== undefined) {
    throw new ToolError('usage', '--direct-key-env goes with --direct', { hint: 'add --direct https://…' });
  }
  if (direct === undefined) return target;
  const { withDirect } = await import('../../targets/direct-upstream.ts');
  return withDirect(target, { place: direct, ...(directKeyEnv !== undefined && { keyEnv: directKeyEnv }) }, io.env);
};

const behindHops = async (target: Target, { ownUrl }: RunFlags): Promise<Target> =>
  ownUrl === undefined ? target : (await import('../../targets/own-url.ts')).withOwnUrl(target, ownUrl);

const targetOf = async (flags: RunFlags, context: CommandContext, begun: Begun): Promise<Target> => {
  const { target = 'reference', profile } = flags;
  const { io, parts } = context;
  if (profile !== undefined && !isUrl(target)) {
    throw new ToolError('usage', `--profile goes with a URL, ${target} says itself what it claims`, {
      hint: 'change the claims in the target file',
    });
  }
  // Installing and starting take time; a person wants to know, a log does not.
  const onProgress = (message: string): void => io.err(`\r\x1b[2K${printable(message)}\n`);
  const loaded = await parts.target(target, {
    env: io.env,
    cwd: io.cwd,
    signal: io.signal,
    ...(profile !== undefined && { profile }),
    ...(io.errIsTerminal && { onProgress }),
  });
  begun.end = loaded.prepare?.();
  return behindHops(await comparing(loaded, flags, context), flags);
};

/** Only a run that repeats pays for loading this. */
const formerReport = async ({ rerunFailed }: RunFlags, all: readonly Scenario[]): Promise<FormerReport | undefined> => {
  if (rerunFailed === undefined) return undefined;
  const { readFormerReport } = await import('../former-report.ts');
  return readFormerReport(rerunFailed, all);
};

/** What needs the scenarios: which of them run, the known failures, and what failed before. */
const readCatalogue = async ({ baseline, ...flags }: RunFlags, { parts }: CommandContext) => {
  const all = await parts.loadScenarios();
  const [scenarios, known, former] = await together([
    selected(flags, all),
    baseline === undefined ? Promise.resolve(undefined) : parts.baseline(baseline, all),
    formerReport(flags, all),
  ]);
  return { all, scenarios, known, former };
};

/** `titles` are looked up when the report is printed: the scenarios are read at the same time as this. */
const openOutputs = async ({ reporter = [] }: RunFlags, { io, colour }: CommandContext, titles: Titles): Promise<ReportOutputs> => {
  const { openReports } = await import('../report-outputs.ts');
  return openReports(reporter, { io, colour, titles });
};

const openRecordings = async ({ upstream, seed }: RunFlags, { io }: CommandContext, begun: Begun): Promise<UpstreamRecordings> => {
  begun.recordings = await openUpstreamRecordings(upstream, io, seed);
  return begun.recordings;
};

/** Reads everything that the flags name before anything starts, so that all that is wrong is told at once. */
const readInputs = async (flags: RunFlags, context: CommandContext, begun: Begun) => {
  const titles: Record<string, string> = {};
  const [arms, catalogue, target, outputs, recordings] = await together([
    flags.arm === undefined ? Promise.resolve(undefined) : checkedArms(flags.arm),
    readCatalogue(flags, context),
    targetOf(flags, context, begun),
    openOutputs(flags, context, titles),
    openRecordings(flags, context, begun),
    context.parts.checkFixtures(),
  ]);
  for (const { id, title } of catalogue.all) titles[id] = title;
  refuseCanaries(flags.upstream, catalogue.former?.arms ?? arms ?? []);
  return { arms, ...catalogue, target, outputs, recordings, selection: await selectionOf(flags, target) };
};

type Inputs = Awaited<ReturnType<typeof readInputs>>;

/** As they were typed: without them, a line that repeats a request would ask the reference proxy. */
const targetFlagsOf = ({ target, profile }: RunFlags): Pick<RunOptions, 'targetFlags'> =>
  target === undefined ? {} : { targetFlags: ['--target', target, ...(profile === undefined ? [] : ['--profile', profile])] };

/** Who asks for a row or a scenario wants all of it. */
const isThorough = ({ thorough, row = [], scenario = [], rerunFailed }: RunFlags): boolean =>
  thorough === true || row.length > 0 || scenario.length > 0 || rerunFailed !== undefined;

const optionsFrom = (
  flags: RunFlags,
  { arms, scenarios, known, former, target, recordings, selection }: Inputs,
  { io }: CommandContext,
): RunOptions => ({
  scenarios,
  target,
  budget: budgetOf(flags),
  signal: io.signal,
  ...targetFlagsOf(flags),
  ...(former !== undefined && { arms: former.arms, only: former.only }),
  ...(arms !== undefined && { arms }),
  ...(isThorough(flags) && { thorough: true }),
  ...(flags.bail !== undefined && { bailAfter: flags.bail === true ? 1 : flags.bail }),
  ...(flags.shard !== undefined && { shard: flags.shard }),
  ...(flags.concurrency !== undefined && { concurrency: flags.concurrency }),
  ...(flags.seed !== undefined && { seed: flags.seed }),
  ...(known !== undefined && { baseline: known }),
  ...(selection.length > 0 && { selection }),
  ...recordings.options,
});

/** Whether there is something to repeat. Another target's failures say nothing about this one, and passing them would look like a cure. */
const refuseForeign = ({ former, target }: Inputs): void => {
  if (former === undefined || former.target === target.name) return;
  throw new ToolError('usage', `${former.file} is about the target ${printable(former.target)}, this run about ${target.name}`, {
    hint: 'name the target of that report with --target',
  });
};

/** True when a former report leaves nothing to do. */
const isDone = (former: FormerReport | undefined, { io }: CommandContext): boolean => {
  if (former === undefined || former.count > 0) return false;
  if (former.asExpected) {
    io.err(`nothing to run again: all that was judged in ${former.file} passed\n`);
    return true;
  }
  throw new ToolError('usage', `nothing in ${former.file} failed, and yet it is no report of a run that ended as expected`, {
    hint: 'it was stopped early, judged nothing, or its baseline has rotted: run everything',
  });
};

/** The report says what the run would have ended in; after a signal, the shell is told of that instead. */
const exitCodeOf = (report: Report, { signal, err }: CommandContext['io']): number => {
  if (!signal.aborted || report.run.complete) return report.summary.exitCode;
  const code = exitCodeOfSignal(signal.reason);
  err(`stopped by ${String(signal.reason)}: exit ${code}\n`);
  return code;
};

const runWith = async (flags: RunFlags, context: CommandContext, begun: Begun): Promise<number> => {
  const inputs = await readInputs(flags, context, begun);
  refuseForeign(inputs);
  if (isDone(inputs.former, context)) return 0;
  const { outputs } = inputs;
  const judged = await context.parts.runSuite({ ...optionsFrom(flags, inputs, context), ...reportTo(outputs.reporters) });
  const report = await inputs.recordings.ended(judged);
  outputs.reporters.forEach((reporter) => reporter.onRunEnd?.(report));
  await outputs.writeFiles();
  return exitCodeOf(report, context.io);
};

const run = async (command: Command, context: CommandContext): Promise<number> => {
  compileLess();
  const begun: Begun = {};
  try {
    return await runWith(command.opts<RunFlags>(), context, begun);
  } finally {
    begun.recordings?.close();
    await begun.end?.();
  }
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
    ['wireproof run --reporter html=report.html --reporter markdown=$GITHUB_STEP_SUMMARY', 'a page to read, and the summary of a job'],
    ['wireproof run --shard 2/4 --reporter json=part2.json', 'the second of four jobs'],
    ['wireproof run --rerun-failed out.json --bail', 'what did not pass before, up to the first failure'],
    ['wireproof run --upstream record:recorded', 'keep every answer of the mocked upstreams as a recording'],
    ['wireproof run --upstream replay:recorded', 'judge with these recordings for upstreams; a part of the scenarios will do'],
  ],
  notes: `Arms are symptom and remedy on the reference proxy, conformance on others, unless --arm says otherwise.
Reporters: ${reporterNames().join(', ')}.
A reporter without =FILE writes to standard output; the console is there unless another one is. Report files are written
whole at the end (jsonl as things happen), and paths are tried before the run. Failures come with a curl line that
repeats them. A replay takes the seed of the recording; what would need an answer that was not recorded is inconclusive
(not-in-recording). A run that is stopped records nothing. A run that bails reports the rest as inconclusive (not-run) and ends in 1; --rerun-failed takes them up.
The first Ctrl-C ends the run cleanly and writes reports that say so (run.complete is false, exit 130); the second one
exits at once. Keys come from environment variables or files.`,
  declare,
  run,
};
