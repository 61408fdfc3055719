import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { Option, type Command } from 'commander';

import type { DeployAnswer, DeployQuestion } from '../../deploy-check/can-i-deploy.ts';
import type { StoredReport } from '../../deploy-check/stored-reports.ts';
import { ToolError } from '../../errors.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { coloursFor, type CliIo } from '../io.ts';
import { someText } from '../values.ts';

interface DeployFlags {
  readonly proxy?: string;
  readonly baseline?: string;
  readonly profile?: string;
  readonly reports: string;
  readonly format: 'text' | 'json';
}

const exitCodes: Readonly<Record<DeployAnswer['verdict'], number>> = { yes: 0, no: 1, unknown: 3 };

const unusable = (message: string, where: string, expected: string, actual: string, hint: string): ToolError =>
  new ToolError('usage', message, { problems: [{ where, expected, actual, hint }] });

const missing = (option: string, expected: string, hint: string): ToolError =>
  unusable(`${option} is missing`, option, expected, 'nothing', hint);

const proxyForm = 'NAME@VERSION, as the reports have them';

const proxyOf = (text: string | undefined): Pick<DeployQuestion, 'proxy' | 'version'> => {
  if (text === undefined)
    throw missing('--proxy', proxyForm, 'for example --proxy mine@2.1.0: in a report, target.name and target.version');
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) {
    const hint = 'write the version behind an @, as target.version has it in a report';
    throw unusable('--proxy names no version', '--proxy', proxyForm, JSON.stringify(text), hint);
  }
  return { proxy: text.slice(0, at), version: text.slice(at + 1) };
};

const profileOf = (text: string | undefined): string => {
  if (text !== undefined) return text;
  throw missing('--profile', 'the name of a profile, as the reports have it', 'in a report it is target.profile');
};

const seal = /^[0-9a-f]{64}$/;
const beginning = /^[0-9a-f]{8,63}$/;
const baselineHint = 'name the directory of the recordings, or at least 8 digits of the seal that wireproof run has printed';

const recordedBaseline = async (directory: string): Promise<string> => {
  const [{ loadRecordings }, { setSealOf }] = await Promise.all([
    import('#fixtures/recordings/recording-file'),
    import('#fixtures/recordings/set-seal'),
  ]);
  return setSealOf(loadRecordings(directory));
};

const ambiguous = (given: string, fitting: readonly string[]): ToolError =>
  unusable(
    'several baselines begin like this',
    '--baseline',
    'as many digits as only one of the baselines begins with',
    JSON.stringify(given),
    `the reports have ${fitting.join(' and ')}`,
  );

/** What begins like no baseline of the reports stays what it is: no report is against it. */
const beginningWith = async (given: string, reports: readonly StoredReport[]): Promise<string> => {
  const { baselinesIn } = await import('../../deploy-check/known-evidence.ts');
  const fitting = baselinesIn(reports).filter((baseline) => baseline.startsWith(given));
  if (fitting.length > 1) throw ambiguous(given, fitting);
  return fitting[0] ?? given;
};

type FindBaseline = (reports: readonly StoredReport[]) => string | Promise<string>;

/** A seal or its beginning, or the seal of the recordings in a directory. What can be refused at once is, before the reports are read. */
const baselineOf = async (given: string | undefined, io: CliIo): Promise<FindBaseline> => {
  if (given === undefined) throw missing('--baseline', 'the seal of a set of recordings, or their directory', baselineHint);
  if (seal.test(given)) return () => given;
  const directory = resolve(io.cwd, given);
  if (existsSync(directory)) {
    const baseline = await recordedBaseline(directory);
    return () => baseline;
  }
  if (beginning.test(given)) return (reports) => beginningWith(given, reports);
  const expected = 'a directory of recordings, or 8 to 64 hexadecimal digits of their seal';
  throw unusable('there is no such baseline', '--baseline', expected, JSON.stringify(given), baselineHint);
};

const run = async (command: Command, { io, colour }: CommandContext): Promise<number> => {
  const flags = command.opts<DeployFlags>();
  const asked = { ...proxyOf(flags.proxy), profile: profileOf(flags.profile) };
  const [{ canIDeploy, stoppedRuns }, { knownEvidence }, { readStoredReports }, { deployText }, { safeJson }, { paletteFor }] =
    await Promise.all([
      import('../../deploy-check/can-i-deploy.ts'),
      import('../../deploy-check/known-evidence.ts'),
      import('../../deploy-check/stored-reports.ts'),
      import('../../deploy-check/deploy-text.ts'),
      import('../../reporters/printable.ts'),
      import('../../reporters/palette.ts'),
    ]);
  const findBaseline = await baselineOf(flags.baseline, io);
  const directory = resolve(io.cwd, flags.reports);
  const reports = await readStoredReports(directory);
  const question = { ...asked, baseline: await findBaseline(reports) };
  const answer = canIDeploy(question, reports);
  if (flags.format === 'json') io.out(`${safeJson(answer, 2)}\n`);
  else {
    const [known, stopped] = [knownEvidence(question, reports), stoppedRuns(question, reports)];
    const searched = { directory, reports: reports.length, known, stopped };
    io.out(deployText(answer, searched, paletteFor(coloursFor(io, io.outIsTerminal, colour))));
  }
  return exitCodes[answer.verdict];
};

export const command: CliCommand = {
  name: 'can-i-deploy',
  about: 'whether stored reports show that a proxy is verified against a baseline for a profile',
  order: 10,
  examples: [
    ['wireproof can-i-deploy --proxy litellm@1.80.0 --baseline recordings --profile openai-only', 'the reports in ./reports'],
    [
      'wireproof can-i-deploy --proxy mine@2.1.0 --baseline recordings --profile full --format json',
      'for machines: wireproof.can-i-deploy/v1',
    ],
  ],
  notes: `Asks nobody: the answer is in the reports, which the json reporter writes. The newest result of each scenario, arm and cell counts.
A yes says so where no run was whole: where --row, --scenario, --arm, --shard or --rerun-failed left something out of every one. All shards of
a run together are whole.
Exit codes: 0 yes, 1 no (something failed or is missing), 2 usage or an unreadable report, 3 unknown: nobody judged it, or not all of it.`,
  declare: (command) => {
    command
      .option('--proxy <name@version>', 'which proxy, as the reports name it', someText)
      .option(
        '--baseline <seal|dir>',
        'what upstreams say: the seal of a set of recordings, or 8 digits of it and more, or their directory',
        someText,
      )
      .option('--profile <name>', 'what is claimed to callers, as the reports name it', someText)
      .option('--reports <dir>', 'where the reports are', someText, 'reports')
      .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'));
  },
  run,
};
