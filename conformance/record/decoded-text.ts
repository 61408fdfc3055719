import { sensitiveSpans, type Span } from '#fixtures/recordings/sensitive';

/** A text without its escapes. */
interface Decoded {
  readonly plain: string;
  /** Where a letter of it stood, and where the one behind the last one would. */
  readonly placeOf: (index: number) => number;
}

/** What is written twice or three times is read as often; nobody writes it more often. */
const mostTimes = 3;

/** In a list that ascends. A text of megabytes may be all escapes. */
const lastUpTo = (ends: readonly (readonly [number, number])[], index: number): readonly [number, number] => {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle]?.[0] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return ends[low - 1] ?? [0, 0];
};

/** Reads every match as one letter. What is no escape is left as it is, so nothing is ever malformed. */
const decoded = (text: string, escape: RegExp, letterOf: (match: RegExpExecArray) => string): Decoded => {
  const parts: string[] = [];
  /** Behind each escape: its place in the plain text, and in the other one. */
  const ends: (readonly [number, number])[] = [];
  let [at, length] = [0, 0];
  for (const match of text.matchAll(escape)) {
    parts.push(text.slice(at, match.index), letterOf(match));
    length += match.index - at + 1;
    at = match.index + match[0].length;
    ends.push([length, at]);
  }
  const placeOf = (index: number): number => {
    const [plainEnd, end] = lastUpTo(ends, index);
    return end + index - plainEnd;
  };
  return { plain: parts.join('') + text.slice(at), placeOf };
};

const jsonEscape = /\\(?:u([0-9a-fA-F]{4})|([^u]))/g;
const spaces: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' };
const ofJson = (text: string): Decoded =>
  decoded(text, jsonEscape, ([, unit, letter = '']) =>
    unit === undefined ? (spaces[letter] ?? letter) : String.fromCharCode(Number.parseInt(unit, 16)),
  );

const percentEscape = /%([0-9a-fA-F]{2})/g;
const ofPercent = (text: string): Decoded =>
  decoded(text, percentEscape, ([, byte = '']) => String.fromCharCode(Number.parseInt(byte, 16)));

/** What looks sensitive in a JSON string once its escapes are read, also those of JSON in the string; by its place in the string as it stands. */
export const spansBehindEscapes = (raw: string): readonly Span[] => {
  let found: readonly Span[] = [];
  let placeIn = (index: number): number => index;
  let text = raw;
  for (let time = 0; time < mostTimes && text.includes('\\'); time += 1) {
    const { plain, placeOf } = ofJson(text);
    const above = placeIn;
    placeIn = (index) => above(placeOf(index));
    const deeper = sensitiveSpans(plain).map(({ start, end, kind }) => ({ start: placeIn(start), end: placeIn(end), kind }));
    // The letter of an escape that is not read yet is no part of a value.
    found = [...deeper, ...found.filter((one) => !deeper.some((other) => one.start < other.end && other.start < one.end))];
    text = plain;
  }
  return found;
};

/** A JSON string as whoever reads it sees it. */
export const unescaped = (raw: string): string => (raw.includes('\\') ? ofJson(raw).plain : raw);

/** Every reading of a text with percent escapes that is another one than the text; bytes are letters (latin1). */
export const percentDecoded = (text: string): readonly string[] => {
  const readings: string[] = [];
  for (let now = text; readings.length < mostTimes;) {
    const { plain } = ofPercent(now);
    if (plain === now) break;
    readings.push(plain);
    now = plain;
  }
  return readings;
};
