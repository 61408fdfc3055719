const firstMs = 60_000;
const longestMs = 1_800_000;

/** How long to leave something alone that failed: a minute, twice as long each time, half an hour at most. */
export class BackOff {
  #count = 0;
  #until = 0;

  /** Failures in a row. */
  get count(): number {
    return this.#count;
  }

  /** Milliseconds since the epoch; in the past when nothing has failed. */
  get until(): number {
    return this.#until;
  }

  failed(now: number): void {
    this.#until = now + Math.min(firstMs * 2 ** this.#count, longestMs);
    this.#count += 1;
  }

  reset(): void {
    this.#count = 0;
    this.#until = 0;
  }
}
