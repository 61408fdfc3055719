import { duplicateProblems, parseAuthFile, sameAccountWarnings } from '../credentials/auth-file.ts';
import type { AuthFile, AuthSource } from '../credentials/auth-file.ts';
import { moduleNames } from '../discovery.ts';
import { check } from './check.ts';
import { withDefaultAliases } from './default-aliases.ts';
import { didYouMean } from '../nearest.ts';
import { expandEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { ConfigError } from './problem.ts';
import type { ConfigProblem } from './problem.ts';
import { configSchema, knownKeys } from './schema.ts';
import type { ProxyConfig } from './schema.ts';
import { withRenamedKeys } from './renamed-keys.ts';
import { withoutIneffectiveKeys } from './without-effect.ts';

export interface ParsedConfig {
  readonly config: ProxyConfig;
  readonly authFiles: readonly AuthFile[];
  /** Unknown keys and the like: said in the log, not fatal. */
  readonly warnings: readonly ConfigProblem[];
  /** Keys that are known and change nothing here, and the like: one quiet sentence each. */
  readonly notices: readonly string[];
}

/** Where the trees came from, for messages. */
export interface ParseOptions {
  readonly where?: string;
  readonly authFiles?: readonly (AuthSource & { readonly tree: unknown })[];
  /** What `${NAME}` in a text of the configuration stands for; without it, such texts are left as they are. */
  readonly env?: Environment;
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

interface Prepared {
  readonly tree: unknown;
  readonly problems: readonly ConfigProblem[];
  readonly notices: readonly string[];
}

/** The tree as the schema wants it: older names of keys replaced, keys without effect taken out, the environment filled in. */
const prepare = (given: unknown, where: string, env: Environment | undefined): Prepared => {
  const renamed = withRenamedKeys(given ?? {});
  const aliased = withDefaultAliases(renamed.tree);
  const { tree, paths } = withoutIneffectiveKeys(aliased.tree);
  const expanded = env === undefined ? { tree, problems: [] } : expandEnvironment(tree, env, where);
  const told = [...renamed.notices, ...aliased.notices, ...paths.map((path) => `${path} has no effect here`)];
  return { ...expanded, notices: told.map((notice) => `${where}: ${notice}`) };
};

/**
 * Checks a configuration tree in config.yaml's key names, and auth files.
 * @throws ConfigError with all problems of the load.
 */
export const parseConfig = (given: unknown, { where = 'config', authFiles = [], env }: ParseOptions = {}): ParsedConfig => {
  const { tree, notices, problems: unset } = prepare(given, where, env);
  const main = check(configSchema, where, tree, knownKeys);
  const files = authFiles.map(({ tree: file, ...source }) => parseAuthFile(source, file));
  const accounts = files.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const problems = [
    ...unset,
    ...main.problems,
    ...unknownRemedies(where, tree),
    ...files.flatMap((file) => file.problems),
    ...duplicateProblems(accounts),
  ];
  const warnings = [...main.warnings, ...files.flatMap((file) => file.warnings), ...sameAccountWarnings(accounts)];
  // A misspelt key is often the reason why another one is missing, so what would only be a warning is told too.
  if (problems.length > 0 || main.value === undefined) throw new ConfigError([...problems, ...warnings]);
  return { config: main.value, authFiles: accounts, warnings, notices };
};
