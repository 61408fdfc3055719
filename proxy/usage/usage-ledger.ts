import type { Clock, Timer } from '../clock.ts';
import { startTimer } from '../clock.ts';
import type { ProxyLogLine } from '../options.ts';
import { countTokens, noTokens, toldTokens } from './count-tokens.ts';
import { recordOf } from './usage-record.ts';
import type { AnsweredRequest, CountedTokens, EndedRequest, UsageRecord } from './usage-record.ts';
import { isOfValues } from './usage-store.ts';
import type { UsageStore } from './usage-store.ts';
import { UsageTotals } from './usage-totals.ts';

export interface LedgerParts {
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly log: (line: ProxyLogLine) => void;
  /** Absent: usage is kept in memory only. */
  readonly store?: UsageStore;
  readonly retentionDays: number;
}

/** How the ledger itself is doing, for health and management. */
export interface LedgerState {
  /** Whether counted requests outlive the process. */
  readonly persistent: boolean;
  /** Counted and not yet written. */
  readonly waiting: number;
  /** Counted, never to be written, because more waited than the memory allows or the store takes no such record. The totals of this run include them. */
  readonly lost: number;
  /** Why the last write failed; absent when it did not. */
  readonly problem?: string;
}

const writeEveryMs = 100;
const retryAfterMs = 5_000;
/** About 20 MB. */
const mostWaiting = 50_000;
const dayMs = 86_400_000;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * Counts every request exactly once and keeps the counts (sheet R11, issue 4). Counting happens after the client has its answer: nothing
 * waits for it. Writes are gathered for a tenth of a second; what a kill -9 can cost is what came in that time.
 */
export class UsageLedger {
  readonly totals = new UsageTotals();
  readonly #parts: LedgerParts;
  readonly #counting = new Set<Promise<void>>();
  #waiting: UsageRecord[] = [];
  #timer: Timer | undefined;
  #lost = 0;
  #problem: string | undefined;
  #closed = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    for (const sum of parts.store?.sums() ?? []) this.totals.merge(sum);
    this.#forgetOld();
  }

  /** Tokens of each client since the last midnight (UTC), this run's and those of the store. */
  tokensToday(): ReadonlyMap<string, number> {
    const today = dayOf(this.#parts.clock.now());
    const spent = new Map<string, number>();
    for (const { day, client, input, output } of this.totals.sums()) {
      if (day === today) spent.set(client, (spent.get(client) ?? 0) + input + output);
    }
    return spent;
  }

  get state(): LedgerState {
    return {
      persistent: this.#parts.store !== undefined,
      waiting: this.#waiting.length + this.#counting.size,
      lost: this.#lost,
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  /** Counts one request. `counted` hears of its tokens, once they are known. */
  requestEnded(request: EndedRequest, counted: (record: UsageRecord) => void = () => undefined): void {
    const { answered } = request;
    const id = this.#parts.nextId();
    const take = (tokens: CountedTokens): void => {
      const record = recordOf(request, id, tokens);
      this.#take(record);
      counted(record);
    };
    if (answered === undefined) return take(noTokens);
    if (answered.usage !== undefined) return take(toldTokens(answered.usage));
    const work = this.#tokensOf(answered).then(take);
    this.#counting.add(work);
    void work.finally(() => this.#counting.delete(work));
  }

  /** Resolves when everything that ended before is counted and, as far as the disk lets it, written. */
  async flush(): Promise<void> {
    while (this.#counting.size > 0) await Promise.all(this.#counting);
    this.#write();
  }

  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    this.#timer?.stop();
    this.#parts.store?.close();
  }

  async #tokensOf(answered: AnsweredRequest): Promise<CountedTokens> {
    try {
      return await countTokens(answered);
    } catch (error) {
      this.#parts.log({ level: 'error', message: 'tokens could not be counted', fields: { event: 'usage-problem', error: String(error) } });
      return { ...noTokens, estimated: true };
    }
  }

  #take(record: UsageRecord): void {
    this.totals.add(record);
    if (this.#parts.store === undefined || this.#closed) return;
    if (this.#waiting.length >= mostWaiting) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(record);
    this.#timer ??= startTimer(this.#parts.clock, writeEveryMs, () => this.#write());
  }

  #write(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    const records = this.#waiting;
    if (records.length === 0 || this.#parts.store === undefined || this.#closed) return;
    try {
      this.#writeAll(this.#parts.store, records);
      this.#waiting = [];
      if (this.#problem !== undefined) this.#tell('info', 'usage is written again');
      this.#problem = undefined;
      this.#forgetOld();
    } catch (error) {
      const isNew = this.#problem === undefined;
      this.#problem = (error as Error).message;
      if (isNew) this.#tell('warn', 'usage cannot be written; it is kept in memory and tried again', this.#problem);
      this.#timer = startTimer(this.#parts.clock, retryAfterMs, () => this.#write());
    }
  }

  /** All together; by themselves if one of them is none that the store can take, so that the others do not wait for it for ever. */
  #writeAll(store: UsageStore, records: readonly UsageRecord[]): void {
    try {
      store.write(records);
    } catch (error) {
      if (!isOfValues(error)) throw error;
      if (records.length > 1) for (const record of records) this.#writeAll(store, [record]);
      else this.#lose(error as Error);
    }
  }

  #lose({ message }: Error): void {
    this.#lost += 1;
    this.#tell('warn', 'a request’s usage is no record that can be written; it is left out', message);
  }

  #forgottenOn = '';

  /** Once a day. */
  #forgetOld(): void {
    const now = this.#parts.clock.now();
    const today = dayOf(now);
    if (today === this.#forgottenOn) return;
    this.#forgottenOn = today;
    const first = dayOf(now - this.#parts.retentionDays * dayMs);
    this.totals.forgetBefore(first);
    this.#parts.store?.forgetBefore(Date.parse(first));
  }

  #tell(level: 'info' | 'warn', message: string, problem?: string): void {
    this.#parts.log({ level, message, fields: { event: 'usage-store', ...(problem !== undefined && { problem }) } });
  }
}
