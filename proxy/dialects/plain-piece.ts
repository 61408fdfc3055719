import { asObject, asText } from './reading.ts';
import type { WireObject } from './reading.ts';

/**
 * Tells events of a stream that say nothing but the next piece of a text from those that somebody has to read who only passes a stream
 * on: errors, ends, calls, counts. Sure, or no: an event is taken for a piece when all of it, to the last byte, is what vendors write.
 */
export interface PlainPiece {
  /** One event with its blank line, each byte as one character; sticky. */
  readonly event: RegExp;
  /** The same without members that mean nothing, which somebody may have to take out. */
  readonly bareEvent: RegExp;
  /** The text of such an event. */
  readonly textOf: (data: unknown) => string;
}

const unescaped = String.raw`[^"\\\x00-\x1f]*`;
const escape = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;

/** A JSON string. */
export const anyString = `"${unescaped}(?:${escape}${unescaped})*"`;

/** A whole number that is not negative, of nine digits at most. */
export const anyCount = String.raw`(?:0|[1-9]\d{0,8})`;

/** A member of an object; vendors write a blank after colons and commas, or none. */
export const member = (name: string, value: string): string => `"${name}": ?${value}`;

/** An object with just these members, in their order. */
export const objectOf = (...members: readonly string[]): string => String.raw`\{${members.join(', ?')} *\}`;

/** @param data the JSON text of the event as a pattern; `bareData` has none of the members that mean nothing */
export const plainPiece = (about: {
  /** Of the `event:` line, where the vendor writes one. */
  readonly name?: string;
  readonly data: string;
  readonly bareData?: string;
  readonly textOf: (wire: WireObject) => unknown;
}): PlainPiece => {
  const { name, data, bareData = data, textOf } = about;
  const line = name === undefined ? '' : `(?:event: ${name}\n)?`;
  return {
    event: new RegExp(`${line}data: ?${data} *\n\n`, 'y'),
    bareEvent: new RegExp(`${line}data: ?${bareData} *\n\n`, 'y'),
    textOf: (wire) => asText(textOf(asObject(wire) ?? {})) ?? '',
  };
};
