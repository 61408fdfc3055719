import { moduleNames } from '../discovery.ts';
import { check } from './check.ts';
import { didYouMean } from '../nearest.ts';
import { ConfigError } from './problem.ts';
import type { ConfigProblem } from './problem.ts';
import { authFileSchema, configSchema, knownAuthKeys, knownKeys } from './schema.ts';
import type { AuthFile, ProxyConfig } from './schema.ts';

export interface ParsedConfig {
  readonly config: ProxyConfig;
  readonly authFiles: readonly AuthFile[];
  /** Unknown keys and the like: said in the log, not fatal. */
  readonly warnings: readonly ConfigProblem[];
}

/** Where the trees came from, for messages. */
export interface ParseOptions {
  readonly where?: string;
  readonly authFiles?: readonly { readonly where: string; readonly tree: unknown }[];
}

const remediesFolder = new URL('../remedies/', import.meta.url);

const offTree = (tree: unknown): unknown => (tree as { remedies?: { off?: unknown } } | null | undefined)?.remedies?.off;

/** Asked of the tree as given, so that a misspelt remedy is reported together with everything else. */
const unknownRemedies = (where: string, tree: unknown): readonly ConfigProblem[] => {
  const off = offTree(tree);
  if (!Array.isArray(off)) return [];
  const known = moduleNames(remediesFolder, 'remedy');
  return off
    .filter((id): id is string => typeof id === 'string' && !known.includes(id))
    .map((id) => ({ where: `${where}: remedies.off`, expected: 'the id of a remedy', actual: `"${id}"`, ...didYouMean(id, known) }));
};

/**
 * Checks a configuration tree in config.yaml's key names, and auth files.
 * @throws ConfigError with all problems of the load.
 */
export const parseConfig = (tree: unknown, { where = 'config', authFiles = [] }: ParseOptions = {}): ParsedConfig => {
  const main = check(configSchema, where, tree ?? {}, knownKeys);
  const files = authFiles.map((file) => check(authFileSchema, file.where, file.tree, knownAuthKeys));
  const problems = [...main.problems, ...unknownRemedies(where, tree), ...files.flatMap((file) => file.problems)];
  const warnings = [...main.warnings, ...files.flatMap((file) => file.warnings)];
  // A misspelt key is often the reason why another one is missing, so what would only be a warning is told too.
  if (problems.length > 0 || main.value === undefined) throw new ConfigError([...problems, ...warnings]);
  return { config: main.value, authFiles: files.flatMap(({ value }) => (value === undefined ? [] : [value])), warnings };
};
