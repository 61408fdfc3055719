import { boundedMemory } from '../../bounded-memory.ts';
import type { Ban } from '../persona.ts';

const mostAddresses = 10_000;
/** The count is forgotten after so long without a failure (sheet X2 e7). */
const forgetMs = 2 * 60 * 60_000;

interface Failures {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly last: number;
}

/** `29m5s`, as the builds write it. */
const asDuration = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
};

/** The ban of the builds (sheets 1.8, X2): after some failures an address is turned away for a while, whatever key it shows. */
export class Bans {
  readonly #now: () => number;
  readonly #failures = boundedMemory<Failures>(mostAddresses);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What a banned address is told; `undefined` for one that is not. */
  refusal(address: string, { failures, minutes }: Ban): string | undefined {
    const known = this.#recent(address);
    if (known === undefined || known.count < failures) return undefined;
    const leftMs = known.last + minutes * 60_000 - this.#now();
    if (leftMs > 0) return `IP banned due to too many failed attempts. Try again in ${asDuration(leftMs)}`;
    this.#failures.delete(address);
    return undefined;
  }

  failed(address: string): void {
    this.#failures.set(address, { count: (this.#recent(address)?.count ?? 0) + 1, last: this.#now() });
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  #recent(address: string): Failures | undefined {
    const known = this.#failures.get(address);
    return known === undefined || this.#now() - known.last > forgetMs ? undefined : known;
  }
}
