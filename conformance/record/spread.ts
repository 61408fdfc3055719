import { type SensitiveKind, sensitiveSpans, type Span } from '#fixtures/recordings/sensitive';

import { unescaped } from './decoded-text.ts';
import type { Leaf } from './json-leaves.ts';
import { listedPlace, type LookedInto } from './looked-into.ts';
import { looksLike, Refusal } from './refusal.ts';

/** What a value may be spread over. Parts of a list in one body that is sent at once are mostly values of their own. */
export type Spread = 'the events of a stream' | 'the frames of a socket' | 'the items of a list';

/** What stands where a whole value goes: nothing that looks sensitive begins, ends or goes on in it. */
const gone = '\0';
/** Of a value that is repeated without a change, so many letters are looked at. */
const enoughLetters = 256;

/** The strings of one path, as whoever reads them joins them. */
class Sum {
  readonly path: string;
  readonly parts: string[] = [];
  /** Not all of it is of one lane. */
  several = false;
  readonly #lane: string;
  #same = true;

  constructor(path: string, lane: string) {
    this.path = path;
    this.#lane = lane;
  }

  add(part: string, lane: string): void {
    if (lane !== this.#lane) this.several = true;
    if (this.#same && this.parts.length > 0 && this.parts[0] !== part) this.#same = false;
    // An id that each event repeats.
    if (this.#same && this.parts.length > 1 && this.parts.length * part.length > enoughLetters) return;
    this.parts.push(part);
  }
}

type Sums = ReadonlyMap<string, Sum>;

/** What is joined, by path. */
const sumsOf = (looked: readonly LookedInto[], pathOf: (leaf: Leaf) => string = ({ path }) => path): Sums => {
  const sums = new Map<string, Sum>();
  for (const { text, leaves, wholes } of looked) {
    for (const [index, leaf] of leaves.entries()) {
      const { start, end, type, lane = '' } = leaf;
      if (type === 'number' || type === 'key' || start === end) continue;
      const part = wholes.has(index) ? gone : unescaped(text.slice(start, end));
      const path = pathOf(leaf);
      let sum = sums.get(path);
      if (sum === undefined) sums.set(path, (sum = new Sum(leaf.path, lane)));
      sum.add(part, lane);
    }
  }
  return sums;
};

/** Answers side by side in one stream: each of them is joined by itself, too. */
const lanesOf = (looked: readonly LookedInto[], sums: Sums): Sums =>
  [...sums.values()].some(({ several }) => several) ? sumsOf(looked, ({ path, lane = '' }) => `${lane} ${path}`) : new Map();

const covers = (spans: readonly Span[], part: string): boolean => spans.some(({ start, end }) => start === 0 && end === part.length);

/** Whether what looks sensitive in all parts together is only seen, or only seen whole, in them together. */
const isSpread = (touched: readonly string[], over: Spread): boolean => {
  const own = touched.map((part) => sensitiveSpans(part));
  // One of them goes away, and with it what the others made it part of.
  if (over === 'the items of a list') return own.every((spans) => spans.length === 0);
  // Each is a value of its own: the same address in every event.
  return !touched.every((part, index) => covers(own[index] ?? [], part));
};

/** The parts that a place in all of them reaches into. `ends` says where each ends. */
const touchedBy = ({ start, end }: Span, parts: readonly string[], ends: readonly number[]): readonly string[] => {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  let last = low;
  while ((ends[last] ?? end) < end) last += 1;
  return parts.slice(low, last + 1);
};

const spreadKind = ({ parts }: Sum, over: Spread): SensitiveKind | undefined => {
  if (parts.length < 2) return undefined;
  const spans = sensitiveSpans(parts.join(''));
  if (spans.length === 0) return undefined;
  let length = 0;
  const ends = parts.map((part) => (length += part.length));
  return spans.find((span) => {
    const touched = touchedBy(span, parts, ends);
    return touched.length > 1 && isSpread(touched, over);
  })?.kind;
};

/**
 * A value that is spread over several parts is whole only in what they add up to, and half of it may look like a whole one. Throws
 * {@link Refusal}.
 * @param looked bodies that belong together, in order
 */
export const refuseSpread = (looked: readonly LookedInto[], place: string, over: Spread): void => {
  const sums = sumsOf(looked);
  for (const sum of [...sums.values(), ...lanesOf(looked, sums).values()]) {
    const kind = spreadKind(sum, over);
    if (kind === undefined) continue;
    throw new Refusal('secret-left', `${listedPlace(place, sum.path)}: ${looksLike[kind]} is spread over ${over}`);
  }
};
