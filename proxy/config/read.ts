import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { parseDocument } from 'yaml';

import { ConfigError } from './problem.ts';
import type { ConfigProblem } from './problem.ts';

/** The one place where configuration comes from a disk. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'a directory',
  ENOTDIR: 'a path through something that is no directory',
};

const unreadable = (path: string, expected: string, cause: unknown): ConfigError => {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return new ConfigError([{ where: path, expected, actual: reasons[code] ?? (cause as Error).message, hint: 'check the path' }], { cause });
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, 'a readable file', error);
  }
};

/**
 * Reads and parses a YAML file into a plain tree.
 * @throws ConfigError with the line of every syntax error.
 */
export const readConfigFile = (path: string): unknown => {
  const document = parseDocument(readText(path), { prettyErrors: true });
  const problems = document.errors.map((error): ConfigProblem => {
    const [start] = error.linePos ?? [];
    return {
      where: start === undefined ? path : `${path}:${start.line}:${start.col}`,
      expected: 'valid YAML',
      actual: error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code,
    };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return document.toJS({ maxAliasCount: 100 }) as unknown;
};

const parseJson = (path: string): unknown => {
  try {
    return JSON.parse(readText(path)) as unknown;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([{ where: path, expected: 'valid JSON', actual: (error as Error).message }], { cause: error });
  }
};

/** Every `*.json` of the auth directory; a relative directory is taken from the config file's place. */
export const readAuthDirectory = (directory: string, configPath: string): readonly { readonly where: string; readonly tree: unknown }[] => {
  const folder = resolve(dirname(configPath), directory);
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw unreadable(folder, 'a readable directory (auth-dir)', error);
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ where: join(folder, name), tree: parseJson(join(folder, name)) }));
};
