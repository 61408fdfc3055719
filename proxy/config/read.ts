import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { parseDocument } from 'yaml';
import type { YAMLParseError } from 'yaml';

import { ConfigError } from './problem.ts';
import type { ConfigProblem } from './problem.ts';

/** The one place where configuration comes from a disk. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'a directory',
  ENOTDIR: 'a path through something that is no directory',
};

/** What the same code means where a directory is expected. */
const directoryReasons: typeof reasons = { ...reasons, ENOTDIR: 'something that is no directory' };

/** Docker does so (sheet row 4). */
const directoryHint = 'put the file there; a container runtime makes a directory of a mount whose file is missing';

const unreadable = (path: string, expected: string, cause: unknown, meanings = reasons): ConfigError => {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const hint = code === 'EISDIR' ? directoryHint : 'check the path';
  return new ConfigError([{ where: path, expected, actual: meanings[code] ?? (cause as Error).message, hint }], { cause });
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, 'a readable file', error);
  }
};

/**
 * The text of a configuration file.
 * @throws ConfigError for a file that cannot be read.
 */
export const readConfigText = readText;

/** The parser's words, without where it is, and without what only concerns programmers. */
const saidOf = ({ code, message }: YAMLParseError): string =>
  code === 'MULTIPLE_DOCS' ? 'a second document (---)' : (message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? code);

/**
 * Parses the text of a YAML file into a plain tree.
 * @param path for messages
 * @throws ConfigError with the line of every syntax error.
 */
export const parseYaml = (text: string, path: string): unknown => {
  const document = parseDocument(text, { prettyErrors: true });
  const problems = document.errors.map((error): ConfigProblem => {
    const [start] = error.linePos ?? [];
    return {
      where: start === undefined ? path : `${path}:${start.line}:${start.col}`,
      expected: 'valid YAML',
      actual: saidOf(error),
    };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    // An alias without its anchor, or a few that would unfold into a document beyond measure.
    throw new ConfigError([{ where: path, expected: 'valid YAML', actual: (cause as Error).message }], { cause });
  }
};

/**
 * Reads and parses a YAML file into a plain tree.
 * @throws ConfigError with the line of every syntax error.
 */
export const readConfigFile = (path: string): unknown => parseYaml(readText(path), path);

/** A parser's words without the piece of the file that it quotes, in which a token may be. */
const withoutQuote = (message: string): string => message.replace(/, (?:\.\.\.)?".*$/s, ' in JSON');

const parseJson = (path: string): unknown => {
  try {
    return JSON.parse(readText(path)) as unknown;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([{ where: path, expected: 'valid JSON', actual: withoutQuote((error as Error).message) }]);
  }
};

/** Where `auth-dir` is: `~` is the home directory, and a relative directory is taken from the config file's place. */
export const authDirectoryPath = (directory: string, configPath: string): string =>
  directory === '~' || directory.startsWith('~/') ? join(homedir(), directory.slice(1)) : resolve(dirname(configPath), directory);

export interface AuthTree {
  readonly where: string;
  readonly path: string;
  readonly tree: unknown;
}

/** Reads all, and throws what is wrong with any of them together. */
const readAll = (paths: readonly string[]): readonly AuthTree[] => {
  const problems: ConfigProblem[] = [];
  const trees = paths.flatMap((path): readonly AuthTree[] => {
    try {
      return [{ where: path, path, tree: parseJson(path) }];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return trees;
};

/**
 * Every `*.json` of the auth directory.
 * @throws ConfigError with all that is wrong with them.
 */
export const readAuthDirectory = (directory: string, configPath: string): readonly AuthTree[] => {
  const folder = authDirectoryPath(directory, configPath);
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw unreadable(folder, 'a readable directory (auth-dir)', error, directoryReasons);
  }
  return readAll(
    names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name)),
  );
};
