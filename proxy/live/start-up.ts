import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';

import type { Environment } from '../config/environment.ts';
import type { ParsedConfig } from '../config/parse.ts';
import { ConfigError } from '../config/problem.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { parseYaml } from '../config/read.ts';
import type { TlsFiles } from '../server.ts';
import { authDirectoryIn, fileSource } from './config-source.ts';
import type { ConfigSource } from './config-source.ts';
import { recoverBrokenOffWrite, systemDisk } from './durable-write.ts';
import { readOnlyPlaces } from './read-only.ts';
import type { ReadOnlyPlace } from './read-only.ts';

export interface StartUpOptions {
  readonly configPath: string;
  readonly env: Environment;
  /** Keys of the top level that stand over the file's. */
  readonly over?: Readonly<Record<string, unknown>>;
}

/** Everything that is read before a proxy listens. */
export interface StartUp {
  readonly parsed: ParsedConfig;
  readonly source: ConfigSource;
  readonly text: string;
  readonly tls: TlsFiles | undefined;
  readonly readOnly: readonly ReadOnlyPlace[];
}

interface TlsSetting {
  readonly enable?: unknown;
  readonly cert?: unknown;
  readonly key?: unknown;
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a directory' : code === 'EACCES' ? 'no permission to read it' : message;
};

const readPem = (setting: TlsSetting, name: 'cert' | 'key', configPath: string, problems: ConfigProblem[]): Buffer => {
  const path = setting[name];
  const where = `${configPath}: tls.${name}`;
  if (typeof path !== 'string' || path === '')
    problems.push({ where, expected: 'a PEM file, because tls.enable is true', actual: 'nothing' });
  else {
    try {
      return readFileSync(resolve(dirname(configPath), path));
    } catch (error) {
      problems.push({ where, expected: 'a readable PEM file', actual: `${path}: ${reasonOf(error)}` });
    }
  }
  return Buffer.alloc(0);
};

/** What OpenSSL thinks of the two together: that each is one, and that they belong to each other. */
const pairProblems = (files: TlsFiles, where: string): readonly ConfigProblem[] => {
  try {
    createSecureContext(files);
    return [];
  } catch (error) {
    const actual = (error as Error).message.replace(/^error:[0-9A-F]+:/, '');
    return [{ where, expected: 'a PEM certificate, and the PEM key that belongs to it', actual }];
  }
};

/** Certificate and key, where TLS is switched on. Paths are relative to the configuration. */
const readTls = (setting: TlsSetting | undefined, configPath: string, problems: ConfigProblem[]): TlsFiles | undefined => {
  if (setting?.enable !== true) return undefined;
  const before = problems.length;
  const files = { cert: readPem(setting, 'cert', configPath, problems), key: readPem(setting, 'key', configPath, problems) };
  if (problems.length === before) problems.push(...pairProblems(files, `${configPath}: tls`));
  return files;
};

/** Tokens that are refreshed have to be kept. A read-only mount says that this is not wanted; missing rights are a mistake. */
const authDirProblems = (places: readonly ReadOnlyPlace[]): readonly ConfigProblem[] =>
  places
    .filter(({ what, code }) => what === 'auth-dir' && code !== 'EROFS')
    .map(({ path, code }) => ({
      where: path,
      expected: 'an auth-dir that can be written to, because refreshed tokens are kept there',
      actual: code,
      hint: 'give the user of this process the right to write, or mount the directory read-only to have tokens in memory only',
    }));

const tlsIn = (text: string, path: string): TlsSetting | undefined => {
  try {
    return (parseYaml(text, path) as { readonly tls?: TlsSetting } | null)?.tls;
  } catch {
    return undefined;
  }
};

/** What cannot be finished is read as it is, and its problems are told. */
const finishWhatWasBrokenOff = (configPath: string): void => {
  try {
    recoverBrokenOffWrite(configPath);
  } catch {
    // No right to write, or a journal that is none.
  }
};

/**
 * Reads the configuration, its auth directory and its certificates.
 * @throws ConfigError with the problems of all of them.
 */
export const startUp = ({ configPath, env, over = {} }: StartUpOptions): StartUp => {
  const source = fileSource({ path: configPath, env, over, disk: systemDisk });
  finishWhatWasBrokenOff(configPath);
  const text = source.read();
  const problems: ConfigProblem[] = [];
  let parsed: ParsedConfig | undefined;
  try {
    parsed = source.parse(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  const tls = readTls(parsed?.config.tls ?? tlsIn(text, configPath), configPath, problems);
  const readOnly = readOnlyPlaces(configPath, parsed === undefined ? undefined : authDirectoryIn(parsed, configPath));
  problems.push(...authDirProblems(readOnly));
  if (parsed === undefined || problems.length > 0) throw new ConfigError(problems);
  return { parsed, source, text, tls, readOnly };
};
