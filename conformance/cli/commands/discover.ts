import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Option } from 'commander';

import { ToolError } from '../../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import type { CliCommand } from '../command.ts';
import { someText } from '../values.ts';

interface DiscoverFlags {
  readonly format: 'yaml' | 'json';
  readonly output?: string;
}

const exists = async (file: string): Promise<boolean> =>
  access(file, constants.F_OK).then(
    () => true,
    () => false,
  );

const occupied = (file: string): ToolError =>
  new ToolError('usage', `${file} exists already, and is not overwritten`, { hint: 'name another file, or move that one away' });

const cannotWrite = (file: string, cause: unknown): ToolError =>
  new ToolError('report-unwritable', 'the profile cannot be written', {
    problems: [
      { where: file, expected: 'a file that can be written', actual: fileReason(cause), hint: 'make the folder, or choose another path' },
    ],
    cause,
  });

/** Never over a file that is there, also when it came into being meanwhile. */
const writeNew = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? occupied(file) : cannotWrite(file, cause);
  }
};

/** The exit code of a proposal that a missing key or the time has cut short. */
const incomplete = 3;

export const command: CliCommand = {
  name: 'discover',
  about: 'propose a profile for a running proxy, from questions that cost nothing',
  order: 4,
  examples: [
    ['wireproof discover https://proxy.example --output proxy.yaml', 'a profile with what was seen and what was not; read it, then'],
    ['wireproof run --target https://proxy.example --profile proxy.yaml --arm canary', 'judge by it'],
    ['wireproof discover http://127.0.0.1:8317 --format json | jq .requests', 'every request that was sent'],
  ],
  notes: `At most a dozen requests, one after the other: lists of models, health, metrics, and per dialect one question for a model that does
not exist, without content and without room for an answer. Nothing of it can be answered by generating. The key comes from the
environment variable WIREPROOF_KEY and is shown in each dialect's own header; no other key is ever shown, and when it is refused nothing
more is asked. Without contact, or when nothing shows a dialect, the exit code is 3.`,
  declare: (command) => {
    command
      .argument('<url>', 'where the proxy runs, with the path before /v1 if there is one', someText)
      .addOption(new Option('--format <format>', 'how to print it').choices(['yaml', 'json']).default('yaml'))
      .option('--output <file>', 'write the profile into this file, which must not exist yet', someText);
  },
  run: async (command, { io }) => {
    const { format, output } = command.opts<DiscoverFlags>();
    const file = output === undefined ? undefined : resolve(io.cwd, output);
    if (file !== undefined && (await exists(file))) throw occupied(file);
    const [{ discover }, { discoveryJson, profileText }] = await Promise.all([
      import('../../discover/discover.ts'),
      import('../../discover/profile-text.ts'),
    ]);
    const key = io.env['WIREPROOF_KEY']?.trim() ?? '';
    const found = await discover({ url: command.args[0] ?? '', signal: io.signal, ...(key !== '' && { key }) });
    const text = profileText(found, key !== '');
    if (file !== undefined) await writeNew(file, text);
    if (format === 'json') io.out(`${JSON.stringify(discoveryJson(found, key !== ''), null, 2)}\n`);
    else if (file === undefined) io.out(text);
    if (file !== undefined) io.err(`wrote ${file}\n`);
    return found.complete ? 0 : incomplete;
  },
};
