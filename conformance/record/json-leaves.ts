/** A string or a number of a JSON text, by its place in the text. */
export interface Leaf {
  /** Keys and `[]` for any index, joined by dots. */
  readonly path: string;
  /** The nearest key above it. */
  readonly key: string;
  /** Of a string: what is between the quotes, escapes as they are. */
  readonly start: number;
  readonly end: number;
  readonly type: 'string' | 'number';
}

const deepest = 256;
const bare = /-?\d[\d.eE+-]*|true|false|null/y;

const isSpace = (letter: number): boolean => letter === 0x20 || letter === 0x0a || letter === 0x0d || letter === 0x09;

class NoJson extends Error {}

/** Walks over one JSON text without building its values, which would lose where they stood. */
class Walk {
  readonly leaves: Leaf[] = [];
  readonly #text: string;
  #at: number;
  readonly #end: number;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
  }

  whole(): void {
    this.#value('', '', 0);
    this.#skipSpace();
    if (this.#at !== this.#end) throw new NoJson();
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    if (this.#at > this.#end) throw new NoJson();
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

  #string(): { readonly start: number; readonly end: number } {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0 || end >= this.#end) throw new NoJson();
    this.#at = end + 1;
    return { start, end };
  }

  #isEscaped(at: number): boolean {
    let slashes = 0;
    while (this.#text[at - 1 - slashes] === '\\') slashes += 1;
    return slashes % 2 === 1;
  }

  #value(path: string, key: string, depth: number): void {
    if (depth > deepest) throw new NoJson();
    const first = this.#next();
    if (first === '{') return this.#object(path, depth);
    if (first === '[') return this.#array(path, key, depth);
    if (first === '"') return void this.leaves.push({ path, key, ...this.#string(), type: 'string' });
    const start = this.#at;
    const text = this.#take(bare);
    if (text === '') throw new NoJson();
    if (/\d/.test(text)) this.leaves.push({ path, key, start, end: this.#at, type: 'number' });
  }

  #object(path: string, depth: number): void {
    this.#at += 1;
    if (this.#closes('}')) return;
    do {
      if (this.#next() !== '"') throw new NoJson();
      const { start, end } = this.#string();
      const key = this.#text.slice(start, end);
      if (this.#next() !== ':') throw new NoJson();
      this.#at += 1;
      this.#value(path === '' ? key : `${path}.${key}`, key, depth + 1);
    } while (this.#goesOn('}'));
  }

  #array(path: string, key: string, depth: number): void {
    this.#at += 1;
    if (this.#closes(']')) return;
    do this.#value(`${path}[]`, key, depth + 1);
    while (this.#goesOn(']'));
  }

  #closes(by: string): boolean {
    if (this.#next() !== by) return false;
    this.#at += 1;
    return true;
  }

  #goesOn(by: string): boolean {
    if (this.#closes(by)) return false;
    if (this.#next() !== ',') throw new NoJson();
    this.#at += 1;
    return true;
  }
}

/** Every string and number of the JSON text between two places; nothing where there is no JSON, or it is nested without end. */
export const jsonLeaves = (text: string, start = 0, end = text.length): readonly Leaf[] => {
  const walk = new Walk(text, start, end);
  try {
    walk.whole();
    return walk.leaves;
  } catch (error) {
    if (error instanceof NoJson) return [];
    throw error;
  }
};

/** Of a body that is JSON, or lines of it, or an event stream with JSON in its data lines. */
export const leavesOfBody = (text: string): readonly Leaf[] => {
  const whole = jsonLeaves(text);
  if (whole.length > 0) return whole;
  const leaves: Leaf[] = [];
  for (const line of text.matchAll(/^(?:data: ?)?([{["][^\r\n]*)$/gm)) {
    const end = line.index + line[0].length;
    leaves.push(...jsonLeaves(text, end - (line[1] ?? '').length, end));
  }
  return leaves;
};
