/** What a metric is told apart by, in the order of its label names. */
export type LabelValues = readonly (string | number | boolean)[];

export type Labels = Readonly<Record<string, string>>;

const labelsOf = (names: readonly string[], values: LabelValues): Labels =>
  Object.fromEntries(names.map((name, index) => [name, String(values[index])]));

/** Finds what belongs to some labels without making an object of them each time: it is asked several times per request. */
class ByLabels<Entry> {
  readonly #names: readonly string[];
  readonly #fresh: () => Entry;
  readonly #entries = new Map<string, { readonly labels: Labels; readonly entry: Entry }>();

  constructor(names: readonly string[], fresh: () => Entry) {
    this.#names = names;
    this.#fresh = fresh;
  }

  of(values: LabelValues): Entry {
    // Names come from the configuration; there is a NUL in none of them.
    const key = values.join('\u0000\n');
    const known = this.#entries.get(key);
    if (known !== undefined) return known.entry;
    const entry = this.#fresh();
    this.#entries.set(key, { labels: labelsOf(this.#names, values), entry });
    return entry;
  }

  all(): readonly { readonly labels: Labels; readonly entry: Entry }[] {
    return [...this.#entries.values()];
  }
}

/** A counter with labels. */
export class Tallies {
  readonly names: readonly string[];
  readonly #sums: ByLabels<{ value: number }>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#sums = new ByLabels(names, () => ({ value: 0 }));
  }

  add(values: LabelValues, by = 1): void {
    this.cell(values).value += by;
  }

  /** The sum under some labels, for those who add to the same one again and again. */
  cell(values: LabelValues): { value: number } {
    return this.#sums.of(values);
  }

  all(): readonly { readonly labels: Labels; readonly value: number }[] {
    return this.#sums.all().map(({ labels, entry }) => ({ labels, value: entry.value }));
  }
}

export interface Distribution {
  /** Values up to each bound and above the one before; the last is above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** A histogram with labels. */
export class Distributions {
  readonly bounds: readonly number[];
  readonly #distributions: ByLabels<Distribution>;

  constructor(names: readonly string[], bounds: readonly number[]) {
    this.bounds = bounds;
    this.#distributions = new ByLabels(names, () => ({ counts: Array<number>(bounds.length + 1).fill(0), sum: 0 }));
  }

  observe(values: LabelValues, value: number): void {
    this.observeIn(this.cell(values), value);
  }

  /** The distribution under some labels, for `observeIn`. */
  cell(values: LabelValues): Distribution {
    return this.#distributions.of(values);
  }

  observeIn(distribution: Distribution, value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] ?? 0)) at += 1;
    distribution.counts[at] = (distribution.counts[at] ?? 0) + 1;
    distribution.sum += value;
  }

  all(): readonly { readonly labels: Labels; readonly distribution: Distribution }[] {
    return this.#distributions.all().map(({ labels, entry }) => ({ labels, distribution: entry }));
  }
}
