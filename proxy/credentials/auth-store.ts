import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ConfigError } from '../config/problem.ts';
import type { ConfigProblem } from '../config/problem.ts';
import type { Provider } from '../providers/provider.ts';
import { describeDiskError, exclusively, readAuthTree, writeAuthTree } from './auth-disk.ts';
import { duplicateProblems, parseAuthFile } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import { vendorProblems } from './live-credentials.ts';

/** Letters, digits and what e-mail addresses have; no separators, no dot in front, nothing that a shell or a browser could mistake. */
const nameForm = /^[A-Za-z0-9][A-Za-z0-9@+_.-]{0,180}\.json$/;

/** Whether a file of this name may be in the auth directory by way of management. */
export const isAuthFileName = (name: string): boolean => nameForm.test(name);

/** The auth directory, for management. What it changes comes into force when the configuration is loaded again. */
export class AuthStore {
  readonly #directory: string;
  readonly #providers: ReadonlyMap<string, Provider>;

  constructor(directory: string, providers: ReadonlyMap<string, Provider>) {
    this.#directory = directory;
    this.#providers = providers;
  }

  /** The names of the auth files, sorted. @throws Error when the directory cannot be read */
  async names(): Promise<readonly string[]> {
    return (await readdir(this.#directory)).filter((name) => nameForm.test(name)).sort();
  }

  /**
   * The JSON in a file, secrets included; `undefined` when there is none.
   * @throws ConfigError when the name is none of an auth file
   */
  async read(name: string): Promise<unknown> {
    return readAuthTree(this.#pathOf(name));
  }

  /**
   * Takes an auth file in, in place of the one of that name when there is one, for its owner's eyes only.
   * @throws ConfigError with all that is wrong with it, a refresh token that another file has already included; then nothing is changed
   */
  async import(name: string, tree: unknown): Promise<void> {
    const path = this.#pathOf(name);
    // One import at a time, or two with the same refresh token would not see each other.
    await this.#alone('import', name, async () => {
      const { value, problems } = parseAuthFile({ where: name, path }, tree);
      const all = [...problems, ...(value === undefined ? [] : await this.#problemsAmongOthers(value))];
      if (all.length > 0) throw new ConfigError(all);
      await this.#alone(name, name, () => writeAuthTree(path, tree));
    });
  }

  /** Whether there was one. @throws ConfigError when the name is none of an auth file, Error when it cannot be deleted */
  async delete(name: string): Promise<boolean> {
    const path = this.#pathOf(name);
    return exclusively(path, async () => {
      if ((await readAuthTree(path).catch(() => 'unreadable')) === undefined) return false;
      await rm(path);
      return true;
    });
  }

  async #alone(lock: string, name: string, work: () => Promise<void>): Promise<void> {
    await exclusively(join(this.#directory, lock), work).catch((cause: unknown) => {
      if (cause instanceof ConfigError) throw cause;
      const problem = { where: name, expected: 'an auth directory that can be written', actual: describeDiskError(cause) };
      throw new ConfigError([problem], { cause });
    });
  }

  async #problemsAmongOthers(file: AuthFile): Promise<readonly ConfigProblem[]> {
    const { path } = file.source;
    const others = await Promise.all((await this.names()).map((name) => this.#accountIn(name)));
    const known = others.flatMap((other) => (other === undefined || other.source.path === path ? [] : [other]));
    return [...vendorProblems([file], this.#providers), ...duplicateProblems([...known, file])];
  }

  /** A file that is broken already is no reason to refuse another one. */
  async #accountIn(name: string): Promise<AuthFile | undefined> {
    const path = join(this.#directory, name);
    const tree = await readAuthTree(path).catch(() => undefined);
    return parseAuthFile({ where: name, path }, tree).value;
  }

  #pathOf(name: string): string {
    if (nameForm.test(name)) return join(this.#directory, name);
    const expected = 'letters, digits and @ + _ - . that end with .json';
    throw new ConfigError([{ where: 'name', expected, actual: JSON.stringify(name.slice(0, 80)) }]);
  }
}
