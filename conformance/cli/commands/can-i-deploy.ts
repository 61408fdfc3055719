import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { Option, type Command } from 'commander';

import type { DeployAnswer, DeployQuestion } from '../../deploy-check/can-i-deploy.ts';
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

const missing = (option: string, expected: string): ToolError =>
  new ToolError('usage', `${option} is missing`, { problems: [{ where: option, expected, actual: 'nothing' }] });

const proxyForm = 'NAME@VERSION, as the reports have them';

const proxyOf = (text: string | undefined): Pick<DeployQuestion, 'proxy' | 'version'> => {
  if (text === undefined) throw missing('--proxy', proxyForm);
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1) {
    throw new ToolError('usage', '--proxy names no version', {
      problems: [{ where: '--proxy', expected: proxyForm, actual: JSON.stringify(text) }],
    });
  }
  return { proxy: text.slice(0, at), version: text.slice(at + 1) };
};

const seal = /^[0-9a-f]{64}$/;

/** A seal, or the seal of the recordings in a directory. */
const baselineOf = async (given: string | undefined, io: CliIo): Promise<string> => {
  if (given === undefined) throw missing('--baseline', 'the seal of a set of recordings, or their directory');
  if (seal.test(given)) return given;
  const directory = resolve(io.cwd, given);
  if (!existsSync(directory)) {
    throw new ToolError('usage', 'there is no such baseline', {
      problems: [{ where: '--baseline', expected: '64 hexadecimal digits, or a directory of recordings', actual: JSON.stringify(given) }],
    });
  }
  const [{ loadRecordings }, { setSealOf }] = await Promise.all([
    import('#fixtures/recordings/recording-file'),
    import('#fixtures/recordings/set-seal'),
  ]);
  return setSealOf(loadRecordings(directory));
};

const run = async (command: Command, { io, colour }: CommandContext): Promise<number> => {
  const flags = command.opts<DeployFlags>();
  if (flags.profile === undefined) throw missing('--profile', 'the name of a profile, as the reports have it');
  const asked = proxyOf(flags.proxy);
  const [{ canIDeploy }, { readStoredReports }, { deployText }, { safeJson }, { paletteFor }] = await Promise.all([
    import('../../deploy-check/can-i-deploy.ts'),
    import('../../deploy-check/stored-reports.ts'),
    import('../../deploy-check/deploy-text.ts'),
    import('../../reporters/printable.ts'),
    import('../../reporters/palette.ts'),
  ]);
  const question = { ...asked, baseline: await baselineOf(flags.baseline, io), profile: flags.profile };
  const answer = canIDeploy(question, await readStoredReports(resolve(io.cwd, flags.reports)));
  if (flags.format === 'json') io.out(`${safeJson(answer, 2)}\n`);
  else io.out(deployText(answer, paletteFor(coloursFor(io, io.outIsTerminal, colour))));
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
      .option('--baseline <seal|dir>', 'what upstreams say: the seal of a set of recordings, or their directory', someText)
      .option('--profile <name>', 'what is claimed to callers, as the reports name it', someText)
      .option('--reports <dir>', 'where the reports are', someText, 'reports')
      .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'));
  },
  run,
};
