import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { ToolError } from '../../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import type { CliCommand } from '../command.ts';
import { someText } from '../values.ts';

interface InitFlags {
  readonly directory?: string;
  readonly force?: true;
  readonly url?: string;
  readonly github?: true;
}

interface NewFile {
  readonly path: string;
  readonly text: string;
}

const exampleUrl = 'http://127.0.0.1:8317';

const filesFor = async ({ url = exampleUrl, github }: InitFlags, folder: string): Promise<readonly NewFile[]> => {
  const [{ startingConfig, startingFile, workflow, workflowFile }, { checkedUrl }] = await Promise.all([
    import('../../canary/config/starting-point.ts'),
    import('../../targets/url-target.ts'),
  ]);
  const config = { path: join(folder, startingFile), text: startingConfig(checkedUrl(url)) };
  return github === true ? [config, { path: join(folder, workflowFile), text: workflow }] : [config];
};

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** All files or none: what is there is told before anything is written. */
const refuseExisting = async (files: readonly NewFile[]): Promise<void> => {
  const there = (await Promise.all(files.map(async ({ path }) => ((await exists(path)) ? [path] : [])))).flat();
  if (there.length === 0) return;
  const problems = there.map((where) => ({ where, expected: 'no such file yet', actual: 'one that is there' }));
  throw new ToolError('usage', 'nothing was written', { problems, hint: '--force overwrites, --directory writes elsewhere' });
};

const write = async ({ path, text }: NewFile, force: boolean): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const hint = 'choose another folder with --directory';
    const problems = [{ where: path, expected: 'a file that can be written', actual: fileReason(cause), hint }];
    throw new ToolError('report-unwritable', 'the starting point cannot be written', { problems, cause });
  }
};

const nextSteps = (config: string): string =>
  [
    '',
    'Next:',
    `  1. Set url, profile and models in ${config}; discover proposes a profile:`,
    '     WIREPROOF_KEY=... npx wireproof discover URL --output proxy.yaml',
    '  2. export PROXY_KEY=...',
    `  3. npx wireproof canary --config ${config} --dry-run    what would be asked when, and the worst case of its cost`,
    `  4. npx wireproof canary --config ${config} --once       one round`,
    `  5. npx wireproof canary --config ${config}              goes on; the status page is on http://127.0.0.1:9464`,
    '',
  ].join('\n');

export const command: CliCommand = {
  name: 'init',
  about: 'write a commented configuration to start a canary from',
  order: 7,
  examples: [
    ['wireproof init --url https://proxy.example', 'wireproof.canary.yaml in this folder'],
    ['wireproof init --directory ops --github', 'and a workflow that asks on a schedule'],
  ],
  notes: 'It asks nothing, sends nothing, and overwrites nothing without --force. The file is valid as it stands.',
  declare: (command) => {
    command
      .option('--directory <folder>', 'where to write (default: this folder)', someText)
      .option('--url <url>', `the proxy to watch (default: ${exampleUrl})`, someText)
      .option('--github', 'a workflow for GitHub Actions, too')
      .option('--force', 'overwrite what is there');
  },
  run: async (command, { io }) => {
    const flags = command.opts<InitFlags>();
    const files = await filesFor(flags, resolve(io.cwd, flags.directory ?? '.'));
    if (flags.force !== true) await refuseExisting(files);
    for (const file of files) await write(file, flags.force === true);
    const names = files.map(({ path }) => relative(io.cwd, path));
    io.out(names.map((name) => `wrote ${name}\n`).join('') + nextSteps(names[0] ?? ''));
    return 0;
  },
};
