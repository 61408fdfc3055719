import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';
import { capabilities } from '#scenarios/kit/capability';
import { clientDialects } from '#scenarios/kit/cell';

import { ToolError } from '../errors.ts';
import { nearestHint } from '../nearest.ts';
import { checkYaml, readYaml } from '../yaml-file.ts';
import type { Profile } from '../targets/target.ts';

/** A profile as its file writes it. */
export interface ProfileData {
  /** Equals the file name. */
  readonly name: string;
  readonly about: string;
  readonly claims: readonly string[];
  readonly models: Readonly<Record<string, string>>;
}

/** Everything that can be claimed. */
export const knownClaims: readonly string[] = [
  ...clientDialects.map((dialect) => `client:${dialect}`),
  ...surfaceIds.map((surface) => `upstream:${surface}`),
  ...Object.keys(capabilities),
];

const toProfile = ({ name, claims, models }: ProfileData): Profile => ({ name, claims: new Set(claims), models });

const folder = new URL('./', import.meta.url);
const fileName = /^([a-z0-9-]+)\.profile\.(?:ts|js)$/;

/** Names of the built-in profiles, from the files of this folder. */
export const profileNames = async (): Promise<readonly string[]> =>
  [...new Set((await readdir(folder)).flatMap((name) => fileName.exec(name)?.[1] ?? []))].sort();

const profileSchema = z.strictObject({
  name: z.string({ error: 'a name' }).min(1, 'a name'),
  about: z.string({ error: 'what it stands for' }).default(''),
  claims: z.array(z.enum(knownClaims, { error: `one of ${knownClaims.join(', ')}` }), { error: 'a list of capabilities' }),
  models: z.record(z.string(), z.string({ error: 'a model name' }), { error: 'model names by surface' }),
});

/** Reads a profile from a YAML file: name, claims, models. @throws ToolError `config-invalid` with every problem. */
const profileFromFile = async (file: string): Promise<Profile> => {
  const kind = { what: 'a profile', code: 'config-invalid', keys: Object.keys(profileSchema.shape) } as const;
  return toProfile(checkYaml(await readYaml(file, kind), profileSchema, kind));
};

/** A built-in profile by name, or one from a YAML file (a path, or a name that ends in .yaml). */
export const resolveProfile = (nameOrFile: string, cwd: string): Promise<Profile> =>
  /[/\\]|\.ya?ml$/.test(nameOrFile) ? profileFromFile(resolve(cwd, nameOrFile)) : loadProfile(nameOrFile);

/** Loads a built-in profile by name. @throws ToolError `usage` with the nearest name. */
export const loadProfile = async (name: string): Promise<Profile> => {
  const file = (await readdir(folder)).find((each) => fileName.exec(each)?.[1] === name);
  if (file === undefined) throw new ToolError('usage', `no profile "${name}"`, { hint: nearestHint(name, await profileNames()) });
  const module = (await import(new URL(file, folder).href)) as { readonly default: ProfileData };
  return toProfile(module.default);
};
