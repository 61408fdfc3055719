/**
 * Tells events of a stream that say nothing but the next piece of a text from those that somebody has to read who only passes a stream
 * on: errors, ends, calls, counts. Sure, or no: an event is taken for a piece when all of it, to the last byte, is what vendors write.
 */
export interface PlainPiece {
  /** One event with its blank line, each byte as one character; sticky. Its only group is the text, as it is written in JSON. */
  readonly event: RegExp;
  /** The same without members that mean nothing, which somebody may have to take out. */
  readonly bareEvent: RegExp;
}

const unescaped = String.raw`[^"\\\x00-\x1f]*`;
const escape = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;

const letters = `${unescaped}(?:${escape}${unescaped})*`;

/** A JSON string. */
export const anyString = `"${letters}"`;

/** The JSON string that is the next piece of the text. */
export const pieceOfText = `"(${letters})"`;

/** A whole number that is not negative, of nine digits at most. */
export const anyCount = String.raw`(?:0|[1-9]\d{0,8})`;

/** A member of an object; vendors write a blank after colons and commas, or none. */
export const member = (name: string, value: string): string => `"${name}": ?${value}`;

/** An object with just these members, in their order. */
export const objectOf = (...members: readonly string[]): string => String.raw`\{${members.join(', ?')} *\}`;

const isWrittenOtherwise = /[\\\x80-\xff]/;

const textIn = (written: string): string =>
  isWrittenOtherwise.test(written) ? (JSON.parse(`"${Buffer.from(written, 'latin1').toString('utf8')}"`) as string) : written;

/** The text of such events, which are all there is in these bytes. */
export const textOfPieces = (bytes: Buffer, event: RegExp): string => {
  const all = bytes.toString('latin1');
  let text = '';
  event.lastIndex = 0;
  for (let found = event.exec(all); found !== null; found = event.exec(all)) text += textIn(found[1] ?? '');
  // Its letters by themselves: what is only a view of all these bytes would keep them.
  return Buffer.from(text, 'utf16le').toString('utf16le');
};

/** @param data the JSON text of the event as a pattern; `bareData` has none of the members that mean nothing */
export const plainPiece = (about: {
  /** Of the `event:` line, where the vendor writes one. */
  readonly name?: string;
  readonly data: string;
  readonly bareData?: string;
}): PlainPiece => {
  const { name, data, bareData = data } = about;
  const line = name === undefined ? '' : `(?:event: ${name}\n)?`;
  return {
    event: new RegExp(`${line}data: ?${data} *\n\n`, 'y'),
    bareEvent: new RegExp(`${line}data: ?${bareData} *\n\n`, 'y'),
  };
};
