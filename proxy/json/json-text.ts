/** Edits JSON text in place, so that everything else stays as the client wrote it (number spellings, key order, white space). */

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

const skipSpace = (text: string, from: number): number => {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
};

/** Index behind the closing quote of the string that starts at `from`. */
const skipString = (text: string, from: number): number => {
  let at = text.indexOf('"', from + 1);
  while (at !== -1) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
};

const opens = (char: string | undefined): boolean => char === '{' || char === '[';
const closes = (char: string | undefined): boolean => char === '}' || char === ']';

/** Index behind the value that starts at `from`; the text is known to be valid JSON. */
const skipValue = (text: string, from: number): number => {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (depth === 0 && (char === ',' || closes(char))) return at;
    if (char === '"') {
      at = skipString(text, at);
      continue;
    }
    if (opens(char)) depth += 1;
    if (closes(char)) depth -= 1;
    at += 1;
  }
  return at;
};

/** One member of the top-level object: where its key begins, where its value lies. */
interface Member {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The members of the top-level object in their order; a key may stand more than once. `text` is valid JSON. */
const membersOf = (text: string): readonly Member[] => {
  const members: Member[] = [];
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const keyEnd = skipString(text, at);
    const name = JSON.parse(text.slice(at, keyEnd)) as string;
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const next = skipValue(text, valueStart);
    members.push({ name, start: at, valueStart, valueEnd: text.slice(valueStart, next).trimEnd().length + valueStart });
    at = skipSpace(text, next + 1);
  }
  return members;
};

/** Replaces the value of a top-level key wherever it stands. `text` is valid JSON whose top level is an object. */
export const replaceTopLevel = (text: string, key: string, value: string): string => {
  const pieces: string[] = [];
  let copied = 0;
  for (const { name, valueStart, valueEnd } of membersOf(text)) {
    if (name !== key) continue;
    pieces.push(text.slice(copied, valueStart), JSON.stringify(value));
    copied = valueEnd;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied);
};

/**
 * Sets top-level keys, or takes them out where the new value is `undefined`; new ones come last. The other members keep their text.
 * `text` is valid JSON whose top level is an object.
 */
export const editTopLevel = (text: string, edits: Readonly<Record<string, unknown>>): string => {
  const values = new Map(Object.entries(edits));
  const kept = membersOf(text).flatMap(({ name, start, valueEnd }) => (values.has(name) ? [] : [text.slice(start, valueEnd)]));
  const set = [...values].flatMap(([key, value]) => (value === undefined ? [] : [`${JSON.stringify(key)}:${JSON.stringify(value)}`]));
  return `{${[...kept, ...set].join(',')}}`;
};
