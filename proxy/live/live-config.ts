import { createHash } from 'node:crypto';

import type { ParsedConfig } from '../config/parse.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { planOfFile } from '../credentials/auth-credential.ts';
import { authFileId, withoutTokens } from '../credentials/auth-file.ts';
import type { Generation } from './generation.ts';

/** A load that was refused; the generation before it stays in force. */
export interface RefusedLoad {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly problems: readonly ConfigProblem[];
}

type Prepare = (parsed: ParsedConfig) => Pick<Generation, 'context' | 'checkKey'>;

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Of the configuration, and of whose accounts the auth files are and on which plan: tokens that rotate by themselves change nothing. */
const digestOf = ({ config, authFiles }: ParsedConfig): string =>
  sha256([config, authFiles.map((file) => [authFileId(file), withoutTokens(file), planOfFile(file) ?? ''])]);

/** Of all of it, tokens included. */
const contentOf = ({ config, authFiles }: ParsedConfig): string => sha256([config, authFiles]);

/** The generation in force. Changing it is one assignment: a request sees the old one or the new one, never a mixture. */
export class LiveConfig {
  readonly #now: () => number;
  readonly #prepare: Prepare;
  readonly #listeners = new Set<(generation: Generation) => void>();
  #current: Generation;
  #refused: RefusedLoad | undefined;

  constructor(parsed: ParsedConfig, prepare: Prepare, now: () => number) {
    this.#prepare = prepare;
    this.#now = now;
    this.#current = this.#generation(parsed, 1);
  }

  get current(): Generation {
    return this.#current;
  }

  /** The last load, when it was refused. */
  get refused(): RefusedLoad | undefined {
    return this.#refused;
  }

  /**
   * Puts a checked configuration in force; what is the same as before changes nothing. Where only tokens of auth files are others, they
   * are taken over under the revision that there is.
   * @throws what `prepare` throws; the generation in force stays.
   */
  apply(parsed: ParsedConfig): Generation {
    return this.prepared(parsed)();
  }

  /**
   * Makes everything ready and changes nothing; what it returns puts the configuration in force and cannot fail.
   * @throws what `prepare` throws.
   */
  prepared(parsed: ParsedConfig): () => Generation {
    const unchanged = contentOf(parsed) === contentOf(this.#current.parsed);
    const next = unchanged ? this.#current : this.#next(parsed);
    return () => {
      this.#refused = undefined;
      if (unchanged) return next;
      this.#current = next;
      for (const listener of this.#listeners) listener(next);
      return next;
    };
  }

  /** Remembers that a load was refused, for health, logs and management. */
  refuse(problems: readonly ConfigProblem[]): void {
    this.#refused = { at: this.#now(), problems };
  }

  onChange(listener: (generation: Generation) => void): void {
    this.#listeners.add(listener);
  }

  #next(parsed: ParsedConfig): Generation {
    const { digest, revision, loadedAt } = this.#current;
    if (digestOf(parsed) !== digest) return this.#generation(parsed, revision + 1);
    return { revision, digest, loadedAt, parsed, ...this.#prepare(parsed) };
  }

  #generation(parsed: ParsedConfig, revision: number): Generation {
    return { revision, digest: digestOf(parsed), loadedAt: this.#now(), parsed, ...this.#prepare(parsed) };
  }
}
