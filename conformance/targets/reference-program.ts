import { readdirSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { ConfigOnDisk, Launch } from '#scenarios/kit/grounds/launch';

import { packageRoot } from '../package-root.ts';
import { mergeConfig } from './merge-config.ts';
import type { Program, ProgramPlace } from './program.ts';
import { referenceClientKey } from './reference-config.ts';

type Tree = Readonly<Record<string, unknown>>;

const root = packageRoot();
const built = join(root, 'dist', 'conformance', 'cli', 'main.js');
const sources = ['proxy', 'conformance'].map((folder) => join(root, folder));

const newestIn = (folder: string): number =>
  Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );

/** A build that is newer than everything it is made of says the same as the sources, and starts in half the time. */
const buildIsFresh = (): boolean => {
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  return builtAt !== undefined && sources.every((folder) => newestIn(folder) < builtAt);
};

const fromSources = (): readonly string[] => [
  '--conditions=wireproof-source',
  '--import',
  import.meta.resolve('tsx'),
  join(root, 'conformance', 'cli', 'main.ts'),
];

let command: readonly string[] | undefined;

/** `wireproof`, as this code is. */
const ownCommand = (): readonly string[] =>
  (command ??= [process.execPath, ...(import.meta.url.endsWith('.js') || buildIsFresh() ? [built] : fromSources())]);

/** The little that a good start needs: one model of one upstream. */
const usable = (upstream: MockUpstream, port: number): Tree => ({
  host: '127.0.0.1',
  port,
  'api-keys': [referenceClientKey],
  'openai-compatibility': [
    {
      name: 'openai-chat',
      'base-url': upstream.baseUrl('openai-chat'),
      'api-key-entries': [{ 'api-key': 'wireproof-openai-chat-key' }],
      models: [{ name: 'gpt-4.1-mini' }],
    },
  ],
});

/** JSON is YAML. */
const textOf = (tree: Tree): string => `${JSON.stringify(tree, null, 2)}\n`;

const layConfig = async (path: string, config: ConfigOnDisk, base: Tree): Promise<void> => {
  if (config.is === 'directory') await mkdir(path);
  if (config.is === 'text') await writeFile(path, config.text);
  if (config.is === 'usable') await writeFile(path, textOf(mergeConfig(base, config.over ?? {})));
};

/** The operator's file is edited after the program was given what it was. */
const layEdited = async (launch: Launch, base: Tree, path: string, folder: string): Promise<string> => {
  if (launch.edited === undefined) return path;
  const operators = join(folder, 'host-config.yaml');
  await layConfig(operators, { is: 'usable', over: launch.edited }, base);
  return operators;
};

/** `wireproof proxy --config FILE` of this package, over the mocked upstreams, on a port that the system chooses. */
export const referenceProgram = (upstream: MockUpstream, ground: Launch = {}): Program => ({
  ground,
  lay: async (launch: Launch, { folder, takenPort }: ProgramPlace) => {
    const base = usable(upstream, takenPort ?? 0);
    const path = join(folder, 'config.yaml');
    await layConfig(path, launch.config ?? { is: 'usable' }, base);
    const operators = await layEdited(launch, base, path, folder);
    for (const [name, text] of Object.entries(launch.files ?? {})) await writeFile(join(folder, name), text);
    return {
      command: [...ownCommand(), 'proxy', ...(launch.checkOnly === true ? ['--check'] : []), '--config', path],
      // Nothing of ours: what a container has is what it is given.
      env: { HOME: folder, ...launch.env },
      cwd: folder,
      config: { path, operators },
    };
  },
});
