import { boundedMemory } from '../bounded-memory.ts';

const freeTries = 5;
const longestSeconds = 60;
/** After so long without a wrong key, all is forgiven. */
const forgetMs = 15 * 60_000;
/** An attacker with many addresses must not fill the memory. */
const mostAddresses = 10_000;

interface Failures {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly last: number;
}

/** How long an address that showed wrong keys has to wait for its next try; see `gate.ts` for why it is as it is. */
export class BackOff {
  readonly #now: () => number;
  readonly #failures = boundedMemory<Failures>(mostAddresses);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whole seconds until the next try is looked at; 0: now. */
  waitSeconds(address: string): number {
    const failures = this.#recent(address);
    if (failures === undefined || failures.count < freeTries) return 0;
    const seconds = Math.min(longestSeconds, 2 ** (failures.count - freeTries));
    return Math.max(0, Math.ceil((failures.last + seconds * 1000 - this.#now()) / 1000));
  }

  failed(address: string): void {
    const count = (this.#recent(address)?.count ?? 0) + 1;
    this.#failures.set(address, { count, last: this.#now() });
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  #recent(address: string): Failures | undefined {
    const failures = this.#failures.get(address);
    return failures === undefined || this.#now() - failures.last > forgetMs ? undefined : failures;
  }
}
