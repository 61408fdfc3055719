import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { importPart } from '#fixtures/import-part';

import { ToolError } from '../errors.ts';
import { nearestHint } from '../nearest.ts';
import type { Profile } from '../targets/target.ts';
import { readProfileFile } from './profile-file.ts';

/** A profile as its file writes it. */
export interface ProfileData {
  /** Equals the file name. */
  readonly name: string;
  readonly about: string;
  readonly claims: readonly string[];
  readonly models: Readonly<Record<string, string>>;
}

export { knownClaims } from './known-claims.ts';

const toProfile = ({ name, claims, models }: ProfileData): Profile => ({ name, claims: new Set(claims), models });

const folder = new URL('./', import.meta.url);
const fileName = /^([a-z0-9-]+)\.profile\.(?:ts|js)$/;

/** Names of the built-in profiles, from the files of this folder. */
export const profileNames = async (): Promise<readonly string[]> =>
  [...new Set((await readdir(folder)).flatMap((name) => fileName.exec(name)?.[1] ?? []))].sort();

/** A built-in profile by name, or one from a YAML file (a path, or a name that ends in .yaml). */
export const resolveProfile = (nameOrFile: string, cwd: string): Promise<Profile> =>
  /[/\\]|\.ya?ml$/.test(nameOrFile) ? readProfileFile(resolve(cwd, nameOrFile)).then(toProfile) : loadProfile(nameOrFile);

/** Loads a built-in profile by name. @throws ToolError `usage` with the nearest name. */
export const loadProfile = async (name: string): Promise<Profile> => {
  const file = (await readdir(folder)).find((each) => fileName.exec(each)?.[1] === name);
  if (file === undefined) throw new ToolError('usage', `no profile "${name}"`, { hint: nearestHint(name, await profileNames()) });
  const module = (await importPart(new URL(file, folder))) as { readonly default: ProfileData };
  return toProfile(module.default);
};
