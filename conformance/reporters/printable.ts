/**
 * Text that came off the wire is hostile: it can hold terminal escapes, line breaks, characters that turn the reading
 * direction or are not seen at all, and commands to the CI that keeps the log. Nothing of it reaches a terminal or an annotation unescaped.
 */

/** GitHub and Azure take a command from anywhere in a line of a log (`##[stop-commands]`, `##vso[task.setvariable]`), TeamCity too. */
const commandStart = '#(?=#(?:vso|teamcity)?\\[)';

/** `Cf`: direction marks, and what is not seen at all. */
const hidden = '\\p{Cf}\\u2028\\u2029\\ufffe\\uffff';
const controls = new RegExp(`[\\p{Cc}\\p{Cs}${hidden}]|${commandStart}`, 'giu');

const hex = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/**
 * One line: control characters are shown as `\xNN`, line separators, lone surrogates, noncharacters and marks that are not seen as `\uNNNN`,
 * and so is the first `#` of a command to a CI.
 */
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

/** Characters that JSON allows raw but that a terminal, or the CI that keeps the log, would act on. */
const rawInJson = new RegExp(`[\\u007f-\\u009f${hidden}]|${commandStart}`, 'giu');

const jsonEscape = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/** JSON that means the same to every parser and does nothing to a terminal. */
export const safeJson = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent).replace(rawInJson, jsonEscape);
