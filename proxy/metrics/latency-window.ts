/** The last so many values of a series; enough for a steady p95, and bounded. */
const mostKept = 1_024;

/** Percentiles over the last 1024 values. */
export class LatencyWindow {
  readonly #values: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#values[this.#next] = ms;
    this.#next = (this.#next + 1) % mostKept;
  }

  /** Nearest rank, `share` of 0 to 1; undefined before the first value. */
  percentile(share: number): number | undefined {
    const sorted = [...this.#values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }
}
