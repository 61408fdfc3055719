import { startTimer } from '../clock.ts';
import type { Timer } from '../clock.ts';
import { ProxyError } from '../errors.ts';
import type { NewTokens, OAuth, Renewal } from '../providers/oauth.ts';
import { secretOf } from './auth-credential.ts';
import { describeDiskError } from './auth-disk.ts';
import { authFileId, tokenFingerprint, tokensOf } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import { BackOff } from './back-off.ts';
import { expiryOf } from './new-tokens.ts';
import type { RenewalRule } from './renewal-rules.ts';
import { RenewalFailure } from './request-tokens.ts';
import type { CredentialStatus } from './status.ts';
import { labelOf } from './status.ts';
import { TokenFile } from './token-file.ts';
import type { TokenFileContext } from './token-file.ts';
import type { EndSignal } from '../relay/departure.ts';

/** What an account needs of its surroundings. */
export interface AccountContext extends Omit<TokenFileContext, 'id'> {
  /** Whether a rule is in force at the moment. */
  readonly follows: (rule: RenewalRule) => boolean;
  /** Asks the token endpoint that the configuration names at the moment. @throws RenewalFailure */
  readonly requestTokens: (file: AuthFile, renewal: Renewal) => Promise<NewTokens>;
}

/** A token with less than this to live counts as expired: clocks differ, and a request takes its time (row 16, (e) 3). */
const marginMs = 60_000;
/** After a renewal nothing is renewed again so soon, whatever is said about the new token: it would not get better. */
const settleMs = 30_000;
/** Timers cannot wait for months; the account looks again. */
const longestWaitMs = 86_400_000;

/**
 * One OAuth account: its tokens, and how they are kept alive. Renewals are one at a time, in this process and, by the lock on the auth
 * file, among all; each ends on the disk, or stays in memory and says so.
 */
export class Account {
  readonly id: string;
  readonly #context: AccountContext;
  readonly #oauth: OAuth;
  readonly #refusals = new BackOff();
  readonly #disk: TokenFile;
  #file: AuthFile;
  #renewing: Promise<void> | undefined;
  #renewedAt: number | undefined;
  #lifetimeMs: number | undefined;
  #needsLogin = false;
  #message: string | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(file: AuthFile, oauth: OAuth, context: AccountContext) {
    this.id = authFileId(file);
    this.#file = file;
    this.#disk = new TokenFile(file, { ...context, id: this.id });
    this.#oauth = oauth;
    this.#context = context;
    this.#lifetimeMs = lifetimeIn(file);
    this.#schedule();
  }

  /** The account with the tokens that it has now. */
  get file(): AuthFile {
    return this.#file;
  }

  get #secret(): string {
    return secretOf(this.#file, this.#oauth);
  }

  /** Takes over what a reload read. Tokens that memory alone has stay when the file still has the ones from before. */
  adopt(read: AuthFile): void {
    const file = this.#disk.isNews(read) ? this.#disk.latest(read) : read;
    if (this.#disk.isNews(file)) this.#take(file);
    else this.#file = tokenFingerprint(file) === tokenFingerprint(this.#file) ? file : { ...file, ...tokensOf(this.#file) };
    this.#schedule();
  }

  /**
   * Sees to it that the token is good now. One that is still good is used while a new one is on its way.
   * @throws ProxyError `credential-expired`
   */
  async freshen(signal: EndSignal): Promise<void> {
    if (!this.#canRenew()) return;
    if (this.#needsLogin) await this.#lookAgain();
    if (!this.#isDue()) return;
    const renewal = this.#mayAsk() ? this.#renew() : this.#renewing;
    if (this.#isGood() || signal.aborted) return;
    await untilAborted(renewal, signal);
    if (!this.#isGood() && !signal.aborted) throw this.#expired();
  }

  /** After an upstream refused `secret`: whether there is another one now. What the file claims about its expiry counts for nothing. */
  async replace(secret: string, signal: EndSignal): Promise<boolean> {
    if (this.#secret === secret) await this.#lookAgain();
    if (this.#secret !== secret) return true;
    const justRenewed = this.#renewedAt !== undefined && this.#now() - this.#renewedAt < settleMs;
    const believesItGood = !this.#context.follows('renew-what-is-refused') && this.#file.expiresAt !== undefined && !this.#isDue();
    if (!this.#canRenew() || believesItGood || justRenewed || (!this.#mayAsk() && this.#renewing === undefined)) return false;
    await untilAborted(this.#renew(secret), signal);
    return this.#secret !== secret;
  }

  /** Ends what runs in the background, when the tokens that are being asked for have come and are on the disk. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.stop();
    await this.#renewing;
    await this.#disk.close(this.#file);
  }

  status(): CredentialStatus {
    const { lastRefresh, expiresAt, disabled, type } = this.#file;
    const statusMessage = this.#message ?? this.#disk.message;
    const nextRefresh = this.#canRenew() && !this.#needsLogin && !disabled ? this.#dueAt() : undefined;
    return {
      id: this.id,
      type,
      label: labelOf(this.#file),
      status: this.#state(),
      ...(statusMessage !== undefined && { statusMessage }),
      ...(lastRefresh !== undefined && { lastRefresh }),
      ...(nextRefresh !== undefined && { nextRefresh }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...this.#disk.where,
    };
  }

  #state(): CredentialStatus['status'] {
    if (this.#file.disabled) return 'disabled';
    if (this.#needsLogin) return 'needs-login';
    if (this.#renewing !== undefined) return 'refreshing';
    if (this.#refusals.count > 0) return 'refresh-failing';
    if (!this.#canRenew() && this.#file.expiresAt !== undefined && this.#file.expiresAt <= this.#now()) return 'needs-login';
    return 'ok';
  }

  #now(): number {
    return this.#context.clock.now();
  }

  #canRenew(): boolean {
    return this.#oauth.renewal !== undefined && this.#file.refresh_token !== undefined;
  }

  #mayAsk(): boolean {
    return !this.#closed && !this.#needsLogin && this.#refusals.until <= this.#now();
  }

  /** When a key that was got with the token ends, nobody says; only the upstream knows. */
  #isGood(): boolean {
    const { access_token: token, expiresAt } = this.#file;
    if (this.#secret === '') return false;
    return this.#secret !== token || expiresAt === undefined || expiresAt - this.#now() > Math.min(marginMs, this.#halfLifeMs());
  }

  /** When the token should be renewed. A lead longer than half of its life would renew it without end. */
  #leadAt(): number | undefined {
    const { expiresAt } = this.#file;
    const lead = Math.max(this.#oauth.renewal?.leadMs ?? 0, marginMs);
    return expiresAt === undefined ? undefined : expiresAt - Math.min(lead, this.#halfLifeMs());
  }

  #halfLifeMs(): number {
    return (this.#lifetimeMs ?? Infinity) / 2;
  }

  #dueAt(): number | undefined {
    const lead = this.#leadAt();
    return lead === undefined ? undefined : Math.max(lead, this.#refusals.until, (this.#renewedAt ?? -Infinity) + settleMs);
  }

  #isDue(): boolean {
    return !this.#isGood() || (this.#leadAt() ?? Infinity) <= this.#now();
  }

  #expired(): ProxyError {
    if (this.#needsLogin) return new ProxyError('credential-expired', `The account ${this.id} has to log in again.`);
    const seconds = Math.max(1, Math.ceil((this.#refusals.until - this.#now()) / 1000));
    return new ProxyError('credential-expired', `The token of ${this.id} has ended and could not be renewed.`, {
      retryAfterSeconds: seconds,
    });
  }

  /** Renews in the background, ahead of need. */
  #schedule(): void {
    this.#timer?.stop();
    const dueAt = this.#dueAt();
    if (this.#closed || this.#needsLogin || this.#file.disabled || !this.#canRenew() || dueAt === undefined) return;
    const wait = Math.min(Math.max(dueAt - this.#now(), 0), longestWaitMs);
    const then = (): void => void (this.#isDue() && this.#mayAsk() ? this.#renew() : Promise.resolve(this.#schedule()));
    this.#timer = startTimer(this.#context.clock, wait, then);
    this.#timer.unref?.();
  }

  #renew(rejected?: string): Promise<void> {
    if (!this.#context.follows('one-renewal-at-a-time')) return this.#renewAlone(rejected).finally(() => this.#schedule());
    this.#renewing ??= this.#renewAlone(rejected).finally(() => {
      this.#renewing = undefined;
      this.#schedule();
    });
    return this.#renewing;
  }

  async #renewAlone(rejected: string | undefined): Promise<void> {
    try {
      await this.#disk.exclusively(() => this.#renewInTurn(rejected));
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * Another process may have been first while the lock was waited for, and a reload may have read its tokens by now: then they are the ones to
   * use, and renewing them would take them away from it.
   */
  async #renewInTurn(rejected: string | undefined): Promise<void> {
    await this.#lookAgain();
    const suffices = rejected === undefined ? !this.#isDue() : this.#secret !== rejected && this.#isGood();
    if (suffices) return;
    const tokens = await this.#ask();
    const at = this.#now();
    const expiresAt = expiryOf(tokens, at, this.#context.follows('assume-a-lifetime'));
    const { expiresIn: _, ...texts } = tokens;
    this.#file = { ...this.#remaining(), ...texts, expiresAt, lastRefresh: at };
    [this.#renewedAt, this.#lifetimeMs, this.#message] = [at, expiresAt - at, undefined];
    this.#refusals.reset();
    this.#context.log({ level: 'info', message: 'token renewed', fields: { event: 'token-renewed', credential: this.id, expiresAt } });
    await this.#disk.save({ tokens, expiresAt, at }, this.#file);
  }

  /** What stays of the account when new tokens come. */
  #remaining(): AuthFile {
    if (this.#context.follows('keep-what-is-left-out')) return this.#file;
    const { refresh_token: _token, profile_arn: _arn, ...rest } = this.#file;
    return rest;
  }

  /** A program that knows nothing of the lock, a vendor's own for example, may have used the token up meanwhile (row 16, L6). */
  async #ask(): Promise<NewTokens> {
    const { renewal } = this.#oauth;
    if (renewal === undefined) throw new RenewalFailure('There is no token endpoint.', true);
    try {
      return await this.#context.requestTokens(this.#file, renewal);
    } catch (error) {
      const mayBeElsewhere = error instanceof RenewalFailure && error.isFinal && (await this.#lookAgain()) && this.#canRenew();
      if (mayBeElsewhere) return this.#context.requestTokens(this.#file, renewal);
      throw error;
    }
  }

  #failed(error: unknown): void {
    const isFinal = error instanceof RenewalFailure && error.isFinal && this.#context.follows('refusals-are-final');
    const because = error instanceof RenewalFailure ? error.message : `The auth file cannot be worked on: ${describeDiskError(error)}.`;
    this.#needsLogin = isFinal;
    this.#message = isFinal ? `${because} Log in again.` : because;
    this.#refusals.failed(this.#now());
    const fields = { event: 'token-renewal-failed', credential: this.id, final: isFinal };
    this.#context.log({ level: 'warn', message: `${this.id}: ${this.#message}`, fields });
  }

  /** Takes the tokens that somebody else has put into the file; whether there were any. */
  async #lookAgain(): Promise<boolean> {
    const file = await this.#disk.news();
    if (file !== undefined) this.#take(file);
    return file !== undefined;
  }

  #take(file: AuthFile): void {
    this.#file = file;
    this.#disk.accept(file);
    [this.#needsLogin, this.#message, this.#renewedAt] = [false, undefined, undefined];
    this.#lifetimeMs = lifetimeIn(file);
    this.#refusals.reset();
  }
}

const lifetimeIn = ({ expiresAt, lastRefresh }: AuthFile): number | undefined =>
  expiresAt === undefined || lastRefresh === undefined || lastRefresh >= expiresAt ? undefined : expiresAt - lastRefresh;

/** The work goes on for those who still wait for it. */
const untilAborted = async (work: Promise<void> | undefined, signal: EndSignal): Promise<void> => {
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  signal.addEventListener('abort', leave);
  try {
    await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
};
