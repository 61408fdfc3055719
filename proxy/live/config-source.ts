import { stringify } from 'yaml';

import type { Environment } from '../config/environment.ts';
import { parseConfig } from '../config/parse.ts';
import type { ParsedConfig } from '../config/parse.ts';
import { ConfigError } from '../config/problem.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { authDirectoryPath, parseYaml, readAuthDirectory, readConfigText } from '../config/read.ts';
import { emptyAndFill } from '../personas/acting/empty-and-fill.ts';
import type { ManagementPolicy } from '../personas/persona.ts';
import { writeDurably } from './durable-write.ts';
import type { Disk } from './durable-write.ts';

type Saving = ManagementPolicy['saving'];

/** Where the configuration's text is kept, and how a text becomes a configuration. */
export interface ConfigSource {
  /** The file; absent when the configuration was handed over in memory. */
  readonly path?: string;
  /** What `${NAME}` in the text stands for. */
  readonly env?: Environment;
  /** @throws ConfigError when it cannot be read. */
  readonly read: () => string;
  /** @throws the system's error; what was there before is there still, unless it was to be emptied first. */
  readonly write: (text: string, saving?: Saving) => Promise<void>;
  /** Reads the auth directory that the text names, too. @throws ConfigError with all problems. */
  readonly parse: (text: string) => ParsedConfig;
}

export interface FileSourceOptions {
  readonly path: string;
  readonly env: Environment;
  /** Keys of the top level that stand over the file's, from the command line. */
  readonly over?: Readonly<Record<string, unknown>>;
  readonly disk: Disk;
}

const authDirectoryOf = (tree: unknown): string | undefined => {
  const directory = (tree as { readonly 'auth-dir'?: unknown } | null)?.['auth-dir'];
  return typeof directory === 'string' && directory !== '' ? directory : undefined;
};

const problemsOf = (error: unknown): readonly ConfigProblem[] => {
  if (error instanceof ConfigError) return error.problems;
  throw error;
};

/** Config and auth directory, with the problems of both together. */
const parseFile = (text: string, { path, env, over }: FileSourceOptions): ParsedConfig => {
  const tree = parseYaml(text, path);
  const isMapping = tree !== null && typeof tree === 'object' && !Array.isArray(tree);
  const whole = isMapping || tree === null ? { ...tree, ...over } : tree;
  const directory = authDirectoryOf(whole);
  let authFiles: ReturnType<typeof readAuthDirectory> = [];
  let problems: readonly ConfigProblem[] = [];
  try {
    if (directory !== undefined) authFiles = readAuthDirectory(directory, path);
  } catch (error) {
    problems = problemsOf(error);
  }
  try {
    const parsed = parseConfig(whole, { where: path, authFiles, env });
    if (problems.length === 0) return parsed;
  } catch (error) {
    problems = [...problemsOf(error), ...problems];
  }
  throw new ConfigError(problems);
};

/** A configuration file, with the auth directory that it names. */
export const fileSource = (options: FileSourceOptions): ConfigSource => ({
  path: options.path,
  env: options.env,
  read: () => readConfigText(options.path),
  write: async (text, saving = 'safe') => {
    if (saving === 'emptied-first') emptyAndFill(options.path, text);
    else await writeDurably(options.disk, options.path, text);
  },
  parse: (text) => parseFile(text, options),
});

/**
 * A configuration that was handed over: it can be changed while the proxy runs, and nothing of that is kept.
 * @param parse of a tree like the one given
 */
export const memorySource = (tree: unknown, parse: (changed: unknown) => ParsedConfig): ConfigSource => {
  let text: string | undefined;
  return {
    // Most proxies that are handed a configuration are never asked for its text.
    read: () => (text ??= stringify(tree ?? {})),
    write: () => Promise.reject(Object.assign(new Error('there is no file'), { code: 'no-file' })),
    parse: (changed) => parse(parseYaml(changed, 'config')),
  };
};

/** The auth directory of a configuration as a path. */
export const authDirectoryIn = ({ config }: ParsedConfig, configPath: string): string | undefined =>
  config['auth-dir'] === undefined ? undefined : authDirectoryPath(config['auth-dir'], configPath);
