import type { ProxyLogLine } from '../options.ts';

/** A line as it is kept. */
export interface KeptLine extends ProxyLogLine {
  /** Counts from 1; the next one is always larger. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The latest log lines, in memory, for the management API. Bounded: the oldest line makes room for a new one. */
export class LogBook {
  readonly #capacity: number;
  readonly #now: () => number;
  #lines: KeptLine[] = [];
  #sequence = 0;

  constructor({ capacity = 2_000, now }: { readonly capacity?: number; readonly now: () => number }) {
    this.#capacity = capacity;
    this.#now = now;
  }

  add(line: ProxyLogLine): KeptLine {
    this.#sequence += 1;
    const { level, message, fields } = line;
    const kept = { sequence: this.#sequence, at: this.#now(), level, message, fields };
    this.#lines.push(kept);
    // Cut in larger steps, so that a full book does not move all lines at each new one.
    if (this.#lines.length > this.#capacity * 2) this.#lines = this.#lines.slice(-this.#capacity);
    return kept;
  }

  /** The lines after a sequence number, oldest first; at most `limit`, the latest ones when there are more. */
  since(after: number, limit: number): readonly KeptLine[] {
    return this.#lines
      .slice(-this.#capacity)
      .filter(({ sequence }) => sequence > after)
      .slice(-limit);
  }

  get latest(): number {
    return this.#sequence;
  }

  clear(): void {
    this.#lines = [];
  }
}
