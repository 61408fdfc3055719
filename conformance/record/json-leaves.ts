import { unescaped } from './decoded-text.ts';

/** A value of a body, by its place in the text. */
export interface Leaf {
  /** Keys and `[]` for any index, joined by dots; of a key, what it is in. */
  readonly path: string;
  /** The nearest key above it. */
  readonly key: string;
  /** Of a string: what is between the quotes, escapes as they are. */
  readonly start: number;
  readonly end: number;
  /** Of JSON, or the value of a form's field, or text that is neither. */
  readonly type: 'string' | 'number' | 'key' | 'field' | 'text';
  /** Of items that say which `index` they are: readers join what those of one index say. */
  lane?: string;
}

const deepest = 256;
const bare = /-?\d[\d.eE+-]*|true|false|null/y;

const isSpace = (letter: number): boolean => letter === 0x20 || letter === 0x0a || letter === 0x0d || letter === 0x09;

class NoJson extends Error {}

/** One for all: a stream may have a line that is no JSON in each of its events, and a stack costs more than the walk. */
const noJson = new NoJson();

/** Walks over one JSON text without building its values, which would lose where they stood. */
class Walk {
  readonly leaves: Leaf[] = [];
  readonly #text: string;
  #at: number;
  readonly #end: number;
  readonly #keys: boolean;
  /** Of the value that was read last. */
  #index = '';

  constructor(text: string, start: number, end: number, keys: boolean) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
    this.#keys = keys;
  }

  /** Whether all of it is JSON. */
  whole(): boolean {
    try {
      this.#value('', '', 0);
      this.#skipSpace();
      return this.#at === this.#end;
    } catch (error) {
      if (error instanceof NoJson) return false;
      throw error;
    }
  }

  /** How far it is JSON. */
  get at(): number {
    return Math.min(this.#at, this.#end);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    if (this.#at + found.length > this.#end) throw noJson;
    this.#at += found.length;
    return found;
  }

  /** What comes behind the end is not ours. */
  #skipSpace(): void {
    while (this.#at < this.#end && isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #next(): string {
    this.#skipSpace();
    return this.#at < this.#end ? (this.#text[this.#at] ?? '') : '';
  }

  /** Where the string ends that begins here; undefined where it does not. */
  #endOfString(): number | undefined {
    let end = this.#text.indexOf('"', this.#at + 1);
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    return end < 0 || end >= this.#end ? undefined : end;
  }

  #isEscaped(at: number): boolean {
    let slashes = 0;
    while (this.#text[at - 1 - slashes] === '\\') slashes += 1;
    return slashes % 2 === 1;
  }

  #value(path: string, key: string, depth: number): void {
    if (depth > deepest) throw noJson;
    this.#index = '';
    const first = this.#next();
    if (first === '{') return this.#object(path, depth);
    if (first === '[') return this.#array(path, key, depth);
    if (first === '"') return this.#string(path, key);
    const start = this.#at;
    const text = this.#take(bare);
    if (text === '') throw noJson;
    if (/\d/.test(text)) this.leaves.push({ path, key, start, end: this.#at, type: 'number', lane: '' });
  }

  #string(path: string, key: string): void {
    const end = this.#endOfString();
    this.leaves.push({ path, key, start: this.#at + 1, end: end ?? this.#end, type: 'string', lane: '' });
    this.#at = end === undefined ? this.#end : end + 1;
    // Cut: what there is of it is a value of its key none the less.
    if (end === undefined) throw noJson;
  }

  #key(path: string): string {
    if (this.#next() !== '"') throw noJson;
    const [start, end] = [this.#at + 1, this.#endOfString()];
    if (end === undefined) throw noJson;
    if (this.#keys) this.leaves.push({ path, key: '', start, end, type: 'key', lane: '' });
    this.#at = end + 1;
    return unescaped(this.#text.slice(start, end));
  }

  #object(path: string, depth: number): void {
    this.#at += 1;
    let index = '';
    if (!this.#closes('}')) {
      do {
        const key = this.#key(path);
        if (this.#next() !== ':') throw noJson;
        this.#at += 1;
        this.#value(path === '' ? key : `${path}.${key}`, key, depth + 1);
        const last = key === 'index' ? this.leaves.at(-1) : undefined;
        if (last?.type === 'number') index = this.#text.slice(last.start, last.end);
      } while (this.#goesOn('}'));
    }
    this.#index = index;
  }

  #array(path: string, key: string, depth: number): void {
    this.#at += 1;
    if (this.#closes(']')) return;
    const inside = `${path}[]`;
    do {
      const first = this.leaves.length;
      this.#value(inside, key, depth + 1);
      if (this.#index !== '') this.#toLane(first, this.#index);
    } while (this.#goesOn(']'));
    this.#index = '';
  }

  #toLane(first: number, index: string): void {
    for (let at = first; at < this.leaves.length; at += 1) {
      const leaf = this.leaves[at];
      if (leaf !== undefined) leaf.lane = leaf.lane === '' ? index : `${index}/${leaf.lane}`;
    }
  }

  #closes(by: string): boolean {
    if (this.#next() !== by) return false;
    this.#at += 1;
    return true;
  }

  #goesOn(by: string): boolean {
    if (this.#closes(by)) return false;
    if (this.#next() !== ',') throw noJson;
    this.#at += 1;
    return true;
  }
}

/**
 * Every string and number of the JSON text between two places; nothing where there is no JSON, or it is nested without end.
 * @param keys of objects are told, too
 */
export const jsonLeaves = (text: string, start: number, end: number, keys: boolean): readonly Leaf[] | undefined => {
  const walk = new Walk(text, start, end, keys);
  return walk.whole() ? walk.leaves : undefined;
};

/** The same as far as it is JSON, with the value that was cut; the rest is text. */
export const leavesUntilCut = (text: string, start: number, end: number, keys: boolean): readonly Leaf[] => {
  const walk = new Walk(text, start, end, keys);
  walk.whole();
  return walk.at === end ? walk.leaves : [...walk.leaves, { path: '', key: '', start: walk.at, end, type: 'text' }];
};
