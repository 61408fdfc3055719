/** Where keys and other secrets come from: variables and files, never the configuration itself. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { fileReason } from '#fixtures/file-reason';
import type { Findings } from './findings.ts';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the configuration: relative paths are taken from there. */
  readonly folder: string;
  readonly findings: Findings;
}

type Path = readonly PropertyKey[];

/** The variable's value; a finding and `undefined` where it has none. */
export const fromVariable = ({ env, findings }: Surroundings, name: string, path: Path): string | undefined => {
  const value = env[name];
  if (value !== undefined && value.trim() !== '') return value.trim();
  findings.problem(path, `environment variable ${name}`, value === undefined ? 'not set' : 'set, but empty', `set it: export ${name}=…`);
  return undefined;
};

const readableByAll = 0o004;

const warnIfOpen = async (file: string, path: Path, { findings }: Surroundings): Promise<void> => {
  const { mode } = await stat(file);
  if ((mode & readableByAll) !== 0) findings.warning(path, `everybody on this machine can read ${file}`, `chmod 600 ${file}`);
};

/** What a file holds; a finding and `undefined` where it cannot be read or holds nothing. */
export const fromFile = async (around: Surroundings, name: string, path: Path): Promise<string | undefined> => {
  const file = resolve(around.folder, name);
  try {
    const text = (await readFile(file, 'utf8')).trim();
    await warnIfOpen(file, path, around);
    if (text !== '' && !/\s/.test(text)) return text;
    around.findings.problem(
      path,
      'a key and nothing else',
      text === '' ? 'an empty file' : 'more than one word',
      `put the key into ${file}`,
    );
  } catch (error) {
    around.findings.problem(path, `a readable file ${file}`, fileReason(error), 'the path is taken from the place of the configuration');
  }
  return undefined;
};

interface Named {
  readonly variable?: string | undefined;
  readonly file?: string | undefined;
  readonly variablePath: Path;
  readonly filePath: Path;
}

/** A secret from wherever the configuration says that it is; `undefined` where it says nothing, or it is not there. */
export const secretFrom = async (around: Surroundings, { variable, file, variablePath, filePath }: Named): Promise<string | undefined> => {
  if (variable !== undefined) return fromVariable(around, variable, variablePath);
  return file === undefined ? undefined : fromFile(around, file, filePath);
};
