import { kindOfKey, type SensitiveKind, type Span } from '#fixtures/recordings/sensitive';

/** A key from its first letter, so that a long word is read once, and what its value begins with. Quotes of JSON in a string are escaped. */
const member = /(?<![\w.-])([A-Za-z][\w.-]{0,60})\\{0,3}"\s{0,9}:\s{0,9}(\\{0,3}")?/g;
const bare = /[^\s,}\]"\\]*/y;
const saysNothing = /^(?:true|false|null|)$/;

/** Where the string ends that begins here, or all of the text does. */
const endOfString = (text: string, from: number, escapes: number): number => {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (end - slashes > from && text[end - 1 - slashes] === '\\') slashes += 1;
    if (escapes === 0 ? slashes % 2 === 0 : slashes === escapes) return end - escapes;
  }
  return text.length;
};

export interface NamedSpan extends Span {
  /** What is named is an object or a list: nobody knows where it ends. */
  readonly isOpen: boolean;
}

const spanAt = (text: string, start: number, opening: string | undefined, kind: SensitiveKind): NamedSpan | undefined => {
  if (opening !== undefined) return { start, end: endOfString(text, start, opening.length - 1), kind, isOpen: false };
  bare.lastIndex = start;
  const value = bare.exec(text)?.[0] ?? '';
  if (saysNothing.test(value)) return undefined;
  return { start, end: start + value.length, kind, isOpen: /^[{[]/.test(value) };
};

/** Values behind a name that says what they are, where a text is no JSON as a whole. */
export const namedSpans = (text: string): readonly NamedSpan[] => {
  const spans: NamedSpan[] = [];
  for (const { 0: all, 1: name = '', 2: opening, index } of text.matchAll(member)) {
    const kind = kindOfKey(name);
    const span = kind && spanAt(text, index + all.length, opening, kind);
    if (span !== undefined && span.end > span.start) spans.push(span);
  }
  return spans;
};
