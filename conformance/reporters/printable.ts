/**
 * Text that came off the wire is hostile: it can hold terminal escapes, line breaks and characters that turn the reading
 * direction. Nothing of it reaches a terminal or an annotation unescaped.
 */

const controls = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

const hex = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** One line: control characters are shown as `\xNN`, line separators, lone surrogates, noncharacters and direction marks as `\uNNNN`. */
export const printable = (text: string): string => text.replace(controls, hex);

/** Like `printable`, but keeps line feeds and tabs, for places that hold several lines. */
export const printableLines = (text: string): string =>
  text.replace(controls, (character) => (character === '\n' || character === '\t' ? character : hex(character)));

/** `\u001b` as JSON writes it becomes `\x1b`; an escaped backslash before a `u` is left alone. */
const jsonEscapesToHex = (json: string): string =>
  json.replace(/\\(?:u00([0-9a-f]{2})|[^])/g, (escape, digits: string | undefined) => (digits === undefined ? escape : `\\x${digits}`));

const longestValue = 600;

/** Cuts after `longest` characters and says how many are missing. */
export const shortened = (text: string, longest = longestValue): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length - longest} more characters)`;

/** A JSON value on one printable line of bounded length; `(none)` when it is absent. */
export const valueText = (value: unknown): string => {
  const json = value === undefined ? undefined : JSON.stringify(value);
  return json === undefined ? '(none)' : shortened(printable(jsonEscapesToHex(json)));
};

/** Characters that JSON allows raw but that a terminal would act on. */
const rawInJson = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** JSON that means the same to every parser and does nothing to a terminal. */
export const safeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(rawInJson, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
