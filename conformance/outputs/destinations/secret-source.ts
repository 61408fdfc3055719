import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { fileReason } from '#fixtures/file-reason';
import type { SettingProblem } from './destination.ts';

/** Where secrets may be read. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly folder: string;
}

export type Secret = { readonly value: string } | { readonly problem: SettingProblem };

const largestFile = 16_384;

const missing = (path: string, expected: string, actual: string, hint: string): Secret => ({
  problem: { path: [path], expected, actual, hint },
});

const fromVariable = (key: string, name: string, { env }: SecretSources): Secret => {
  const value = env[name]?.trim();
  if (value !== undefined && value !== '') return { value };
  return missing(key, `environment variable ${name}`, value === undefined ? 'not set' : 'set, but empty', `set it: export ${name}=…`);
};

const fromFile = async (key: string, name: string, { folder }: SecretSources): Promise<Secret> => {
  const file = resolve(folder, name);
  try {
    const { size } = await stat(file);
    if (size > largestFile)
      return missing(key, `a file of at most ${largestFile} bytes`, `${size} bytes`, `put the secret alone into ${file}`);
    const value = (await readFile(file, 'utf8')).trim();
    const isAlone = value !== '' && !/\s/.test(value);
    if (isAlone) return { value };
    return missing(
      key,
      'a secret and nothing else',
      value === '' ? 'an empty file' : 'more than one word',
      `put the secret alone into ${file}`,
    );
  } catch (error) {
    return missing(key, `a readable file ${file}`, fileReason(error), 'the path is taken from the place of the configuration');
  }
};

/** The secret that `<name>-env` or `<name>-file` points to; `undefined` where the settings name neither. */
export const secretOf = async (
  settings: Readonly<Record<string, unknown>>,
  name: string,
  sources: SecretSources,
): Promise<Secret | undefined> => {
  const [variableKey, fileKey] = [`${name}-env`, `${name}-file`];
  const [variable, file] = [settings[variableKey], settings[fileKey]];
  if (typeof variable === 'string' && typeof file === 'string') {
    return missing(fileKey, `${variableKey} or ${fileKey}`, 'both', 'take one of them out');
  }
  if (typeof variable === 'string') return fromVariable(variableKey, variable, sources);
  return typeof file === 'string' ? fromFile(fileKey, file, sources) : undefined;
};
