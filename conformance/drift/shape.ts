import { placesOf } from './places.ts';
import type { Sample } from './sample.ts';

/** What is known of answers after several of them: which values may be where. Joining shapes only ever makes them wider. */

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export const typeOf = (value: unknown): JsonType => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
};

/** What one path was seen to hold. */
export interface PlaceShape {
  readonly parent?: string;
  /** Samples that have it at all, of those that were learned from. */
  readonly samples: number;
  /** How often it was seen, and how often as what. */
  readonly seen: number;
  readonly types: ReadonlyMap<JsonType, number>;
  /** Words that were seen, with how often; empty once anything else was. */
  readonly words: ReadonlyMap<string, number>;
  readonly formats: ReadonlySet<string>;
  /** The first value that was something; null where none was. */
  readonly example: unknown;
}

export interface Shape {
  readonly samples: number;
  readonly places: ReadonlyMap<string, PlaceShape>;
}

/** A word as enums have them: no digits, because ids, versions and times have. */
const word = /^[A-Za-z]+(?:[._-][A-Za-z]+)*$/;
export const isWord = (value: unknown): value is string => typeof value === 'string' && value.length <= 40 && word.test(value);

const identifier = /^([a-z]{2,12}[_-])(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{10,}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** `id msg_`, `time` or `any`: what stays the same when ids and times change. */
export const formatOf = (value: unknown): string => {
  if (typeof value !== 'string') return 'any';
  if (instant.test(value)) return 'time';
  const prefix = identifier.exec(value)?.[1];
  return prefix === undefined ? 'any' : `id ${prefix}`;
};

interface Learning {
  readonly parent: string | undefined;
  samples: number;
  lastSample: number;
  seen: number;
  allWords: boolean;
  readonly types: Map<JsonType, number>;
  readonly words: Map<string, number>;
  readonly formats: Set<string>;
  example: unknown;
}

const mostWords = 64;
const countUp = <Key>(counts: Map<Key, number>, key: Key): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const learnValue = (place: Learning, value: unknown): void => {
  place.seen += 1;
  countUp(place.types, typeOf(value));
  if (value === null) return;
  place.example ??= value;
  place.formats.add(formatOf(value));
  if (isWord(value) && place.words.size < mostWords) countUp(place.words, value);
  else place.allWords = false;
};

const begun = (parent: string | undefined, example: unknown): Learning => ({
  parent,
  samples: 0,
  lastSample: -1,
  seen: 0,
  allWords: true,
  types: new Map(),
  words: new Map(),
  formats: new Set(),
  example,
});

const learnt = ({ parent, samples, seen, allWords, types, words, formats, example }: Learning): PlaceShape => ({
  ...(parent !== undefined && { parent }),
  samples,
  seen,
  types,
  words: allWords ? words : new Map(),
  formats,
  example,
});

/** The shape that all these samples have: the more of them, the less is taken for a rule. */
export const learnShape = (samples: readonly Sample[]): Shape => {
  const learning = new Map<string, Learning>();
  for (const [index, { body }] of samples.entries()) {
    for (const { path, parent, value } of placesOf(body)) {
      const place = learning.get(path) ?? begun(parent, value);
      learning.set(path, place);
      if (place.lastSample !== index) place.samples += 1;
      place.lastSample = index;
      learnValue(place, value);
    }
  }
  return { samples: samples.length, places: new Map([...learning].map(([path, place]) => [path, learnt(place)])) };
};

const oftenEnough = 5;
const fewEnough = 12;

/** The values of an enum, where few words were seen often; undefined where anything may come. */
export const enumAt = (place: PlaceShape): ReadonlySet<string> | undefined => {
  const times = [...place.words.values()].reduce((sum, count) => sum + count, 0);
  return times >= oftenEnough && place.words.size > 0 && place.words.size <= fewEnough ? new Set(place.words.keys()) : undefined;
};
