import { readFileSync } from 'node:fs';

import { startTimer } from '../clock.ts';
import type { Clock, Timer } from '../clock.ts';
import type { ProxyOptions } from '../options.ts';
import type { NewTokens } from '../providers/oauth.ts';
import { describeDiskError, exclusively, readAuthTree, writeAuthTree } from './auth-disk.ts';
import { parseAuthFile, tokenFingerprint } from './auth-file.ts';
import type { AuthFile, AuthSource } from './auth-file.ts';
import { BackOff } from './back-off.ts';
import { withNewTokens } from './new-tokens.ts';

export interface TokenFileContext {
  readonly clock: Clock;
  readonly log: NonNullable<ProxyOptions['onLog']>;
  /** Of the credential, for the log. */
  readonly id: string;
}

/** New tokens; both times are milliseconds since the epoch. */
export interface Renewed {
  readonly tokens: NewTokens;
  readonly expiresAt: number;
  readonly at: number;
}

/** Tokens that were replaced are remembered for a while: a reload may have read them before they were. */
const rememberedTokens = 20;

/** The auth file of an account on the disk: tells its news, and takes new tokens, at once or as soon as it can be written again. */
export class TokenFile {
  readonly #source: AuthSource;
  readonly #context: TokenFileContext;
  readonly #faults = new BackOff();
  /** Which tokens the file has, as far as is known. */
  #known: string;
  #outworn: readonly string[] = [];
  #unsaved: Renewed | undefined;
  #message: string | undefined;
  #retry: Timer | undefined;
  #closed = false;

  constructor(file: AuthFile, context: TokenFileContext) {
    this.#source = file.source;
    this.#context = context;
    this.#known = tokenFingerprint(file);
  }

  /** Why new tokens are in memory only. */
  get message(): string | undefined {
    return this.#message;
  }

  get where(): { readonly path?: string; readonly persisted?: boolean } {
    const { path } = this.#source;
    return path === undefined ? {} : { path, persisted: this.#unsaved === undefined };
  }

  /** Runs `work` while no other process renews the same tokens. */
  exclusively(work: () => Promise<void>): Promise<void> {
    return this.#source.path === undefined ? work() : exclusively(this.#source.path, work);
  }

  /** Whether a file that was read has tokens that somebody else has put there, and which therefore count. */
  isNews(file: AuthFile): boolean {
    const fingerprint = tokenFingerprint(file);
    return fingerprint !== this.#known && !this.#outworn.includes(fingerprint);
  }

  /**
   * What the file says at this moment, where it can be read; else what was read before. A reload reads all files first, and meanwhile
   * another process may have renewed twice: tokens that were never seen here, and are used up all the same.
   */
  latest(read: AuthFile): AuthFile {
    const { path } = this.#source;
    try {
      const tree = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as unknown);
      return (tree === undefined ? undefined : parseAuthFile(read.source, tree).value) ?? read;
    } catch {
      return read;
    }
  }

  /** The tokens of this file count from now on; unsaved ones are of no use any more. */
  accept(file: AuthFile): void {
    this.#nowHas(tokenFingerprint(file));
    this.#unsaved = undefined;
    this.#message = undefined;
  }

  /** Reads the file again; `undefined` when there is no news in it. */
  async news(): Promise<AuthFile | undefined> {
    const { path } = this.#source;
    const known = this.#known;
    const tree = path === undefined ? undefined : await readAuthTree(path).catch(() => undefined);
    const read = tree === undefined ? undefined : parseAuthFile(this.#source, tree).value;
    // What was read while the file was being written is not new any more.
    return read === undefined || this.#known !== known || !this.isNews(read) ? undefined : read;
  }

  /** Puts new tokens into the file; `file` is the account with them. What cannot be written now is written later. */
  async save(renewed: Renewed, file: AuthFile): Promise<void> {
    if (this.#source.path === undefined) return;
    this.#unsaved = { ...renewed, tokens: { ...this.#unsaved?.tokens, ...renewed.tokens } };
    await this.#write(this.#source.path, file);
  }

  async close(file: AuthFile): Promise<void> {
    this.#closed = true;
    this.#retry?.stop();
    await this.#saveAgain(file);
  }

  #nowHas(fingerprint: string): void {
    if (fingerprint === this.#known) return;
    this.#outworn = [...this.#outworn, this.#known].slice(-rememberedTokens);
    this.#known = fingerprint;
  }

  /** In the file as it is now, so that everything else in it stays. */
  async #write(path: string, file: AuthFile): Promise<void> {
    const unsaved = this.#unsaved;
    if (unsaved === undefined) return;
    try {
      const tree = await readAuthTree(path);
      if (tree === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      await writeAuthTree(path, withNewTokens(tree, unsaved.tokens, unsaved.expiresAt, unsaved.at));
      this.#nowHas(tokenFingerprint(file));
      if (this.#unsaved === unsaved) this.#unsaved = undefined;
      this.#message = undefined;
      this.#faults.reset();
    } catch (error) {
      this.#notSaved(error, file);
    }
  }

  async #saveAgain(file: AuthFile): Promise<void> {
    const { path } = this.#source;
    if (path === undefined || this.#unsaved === undefined) return;
    const work = async (): Promise<void> => {
      // Whoever has put other tokens there meanwhile has logged in again.
      if ((await this.news()) === undefined) await this.#write(path, file);
    };
    await exclusively(path, work).catch((error: unknown) => this.#notSaved(error, file));
  }

  #notSaved(error: unknown, file: AuthFile): void {
    const { clock, log, id } = this.#context;
    this.#faults.failed(clock.now());
    this.#message = `The new token is in memory only: ${describeDiskError(error)}. A restart would lose it.`;
    log({ level: 'warn', message: `${id}: ${this.#message}`, fields: { event: 'token-not-persisted', credential: id, persisted: false } });
    if (this.#closed) return;
    this.#retry?.stop();
    this.#retry = startTimer(clock, this.#faults.until - clock.now(), () => void this.#saveAgain(file));
    this.#retry.unref?.();
  }
}
