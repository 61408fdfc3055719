import type { Clock } from '../clock.ts';
import { ProxyError } from '../errors.ts';
import type { Client } from './client.ts';

/** What one client has used up; it outlives reloads of the configuration and the rotation of its key under the same name. */
interface Account {
  /** Requests that may be made at once. `undefined`: not limited so far. */
  tokens: number | undefined;
  /** When `tokens` was counted last. Milliseconds since the epoch. */
  countedAt: number;
  /** Days since the epoch, UTC. */
  day: number;
  /** Tokens of models that were used on that day. */
  spent: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Accounts kept of clients that ask no more; the longest silent ones go first. */
const maxAccounts = 10_000;

const rateLimited = (perMinute: number, missing: number): ProxyError => {
  const message = `This key may make ${perMinute} requests per minute.`;
  return new ProxyError('key-rate-limited', message, { retryAfterSeconds: Math.max(1, Math.ceil((missing * 60) / perMinute)) });
};

const budgetSpent = (perDay: number, now: number): ProxyError => {
  const untilMidnight = (Math.floor(now / dayMs) + 1) * dayMs - now;
  const message = `This key may use ${perDay} tokens per day, and has. The day ends at midnight UTC.`;
  return new ProxyError('key-budget-spent', message, { retryAfterSeconds: Math.max(1, Math.ceil(untilMidnight / 1000)) });
};

/**
 * Rate and budget per client key. The rate is a bucket of `requests-per-minute` requests that fills evenly: a client that was silent for a
 * minute may make them all at once, so a window of any length sees at most that many, and as many again per minute of the window.
 */
export class ClientLimits {
  readonly #now: Clock['now'];
  /** By client id, the one that asked last at the end. */
  readonly #accounts = new Map<string, Account>();
  #latest: Account | undefined;

  constructor({ now }: Pick<Clock, 'now'>) {
    this.#now = now;
  }

  /** Lets a request in and counts it. @throws ProxyError `key-budget-spent` or `key-rate-limited`; neither counts as a request. */
  admit({ id, scope: { requestsPerMinute, tokensPerDay } }: Client): void {
    if (requestsPerMinute === undefined && tokensPerDay === undefined) return;
    const now = this.#now();
    const account = this.#accountOf(id, now);
    if (tokensPerDay !== undefined && account.spent >= tokensPerDay) throw budgetSpent(tokensPerDay, now);
    if (requestsPerMinute !== undefined) takeOne(account, requestsPerMinute, now);
  }

  /** Counts the tokens of a request that has ended; the one that goes over the budget is still answered. @param now Milliseconds. */
  spend(clientId: string, tokens: number, now: number): void {
    this.#accountOf(clientId, now).spent += Math.max(0, tokens);
  }

  #accountOf(id: string, now: number): Account {
    const day = Math.floor(now / dayMs);
    const account = this.#accounts.get(id) ?? { tokens: undefined, countedAt: now, day, spent: 0 };
    if (day > account.day) Object.assign(account, { day, spent: 0 });
    // Nearly every request comes of the client of the one before.
    if (account === this.#latest) return account;
    this.#latest = account;
    this.#accounts.delete(id);
    this.#accounts.set(id, account);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > maxAccounts && oldest !== undefined) this.#accounts.delete(oldest);
    return account;
  }
}

const takeOne = (account: Account, perMinute: number, now: number): void => {
  // A clock that is set back adds nothing.
  const waited = Math.max(0, now - account.countedAt);
  const tokens = Math.min(perMinute, (account.tokens ?? perMinute) + (waited * perMinute) / minuteMs);
  // A hair less than one is one that was lost in adding fractions up.
  const isEnough = tokens > 1 - 1e-9;
  Object.assign(account, { tokens: isEnough ? Math.max(0, tokens - 1) : tokens, countedAt: now });
  if (!isEnough) throw rateLimited(perMinute, 1 - tokens);
};
