import type { Clock } from '../clock.ts';

/** `retry-budget` of the configuration. */
export interface BudgetSettings {
  /** Retries as a share of requests. */
  readonly ratio: number;
  /** Retries that are always granted, however few the requests. */
  readonly minimum: number;
}

interface Second {
  readonly at: number;
  readonly requests: number;
  readonly retries: number;
}

const windowSeconds = 10;

/**
 * What rounds of retries may cost: in any ten seconds at most `minimum` and `ratio` of the requests. When an upstream is down, everybody
 * retries at once, and that is what would keep it down. The first round, in which each credential is asked once, is not counted.
 */
export class RetryBudget {
  readonly #clock: Clock;
  #seconds: readonly Second[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  requested(): void {
    this.#add({ requests: 1, retries: 0 });
  }

  /** Whether one more attempt may be made; it is counted when it may. */
  take({ ratio, minimum }: BudgetSettings): boolean {
    const recent = this.#recent();
    const requests = recent.reduce((sum, second) => sum + second.requests, 0);
    const retries = recent.reduce((sum, second) => sum + second.retries, 0);
    if (retries + 1 > minimum + ratio * requests) return false;
    this.#add({ requests: 0, retries: 1 });
    return true;
  }

  /** Whole seconds, so that the table has as many entries as the window has seconds. */
  #now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #recent(): readonly Second[] {
    const now = this.#now();
    return this.#seconds.filter(({ at }) => at > now - windowSeconds && at <= now);
  }

  #add({ requests, retries }: Omit<Second, 'at'>): void {
    const at = this.#now();
    const others = this.#recent().filter((second) => second.at !== at);
    const current = this.#recent().find((second) => second.at === at) ?? { at, requests: 0, retries: 0 };
    this.#seconds = [...others, { at, requests: current.requests + requests, retries: current.retries + retries }];
  }
}
