import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';

import { sensitiveSpans } from '#fixtures/recordings/sensitive';

import { type Found, type LookedInto, lookInto, type LookOptions } from './looked-into.ts';
import { lettersText, type Placeholders } from './placeholders.ts';
import type { Redactions } from './redactions.ts';
import { looksLike, Refusal } from './refusal.ts';
import { refuseSpread, type Spread } from './spread.ts';

export interface RedactContext {
  readonly placeholders: Placeholders;
  readonly redactions: Redactions;
  /** What was said is left out as well. */
  readonly dropContent: boolean;
}

export interface BodyFields {
  /** Of `content-encoding` and `content-type`. */
  readonly encoding?: string | undefined;
  readonly contentType?: string | undefined;
}

/** Keys of one body that are left out must stay different ones. */
const keyFor = (length: number, index: number): string => {
  const count = (index % 36 ** Math.min(length, 4)).toString(36);
  return count.padStart(length, 'x');
};

const placeholderFor = ({ kind, type, start, end, path }: Found, text: string, index: number, context: RedactContext): string => {
  if (type === 'key' && kind === 'content') return keyFor(end - start, index);
  const made = context.placeholders.of(kind, text.slice(start, end), type === 'number' ? 'number' : 'string');
  if (made === undefined) throw new Refusal('cannot-redact', `${path}: no placeholder of ${lettersText(end - start)} is free`);
  return made;
};

const replaceIn = ({ text, found, doubtful }: LookedInto, place: string, context: RedactContext): string => {
  const out: string[] = [];
  let at = 0;
  for (const [index, one] of found.entries()) {
    out.push(text.slice(at, one.start), placeholderFor(one, text, index, context));
    context.redactions.add(one.path, one.kind);
    at = one.end;
  }
  const redacted = found.length === 0 ? text : [...out, text.slice(at)].join('');
  const [left] = doubtful ? sensitiveSpans(redacted) : [];
  if (left !== undefined) throw new Refusal('secret-left', `${place}: ${looksLike[left.kind]} cannot be replaced`);
  return redacted;
};

/** A list that is sent item by item is a stream, too. What is asked comes as one. */
const spreadIn = ({ shape, text }: LookedInto, place: string): Spread =>
  !place.startsWith('request') && (shape === 'lines' || (shape === 'json' && /^\s*\[/.test(text)))
    ? 'the events of a stream'
    : 'the items of a list';

/** Bytes of a decoded body that are looked at. */
const mostDecoded = 256 * 1024 * 1024;

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes, { maxOutputLength: mostDecoded, finishFlush: constants.Z_SYNC_FLUSH }),
  'x-gzip': (bytes) => gunzipSync(bytes, { maxOutputLength: mostDecoded, finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: (bytes) => inflateSync(bytes, { maxOutputLength: mostDecoded, finishFlush: constants.Z_SYNC_FLUSH }),
  br: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: mostDecoded, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
};

const decoded = (bytes: Buffer, encoding: string, place: string): Buffer => {
  const decode = decoders[encoding];
  try {
    if (decode !== undefined) return decode(bytes);
  } catch (error) {
    throw new Refusal('encoded', `${place}: cannot be looked into: ${(error as NodeJS.ErrnoException).code ?? 'broken'} as ${encoding}`);
  }
  throw new Refusal('encoded', `${place}: the content encoding ${encoding} cannot be looked into`);
};

/** Encoded bytes cannot be changed without becoming others: they are kept as they came, or not at all. */
const checkEncoded = (bytes: Buffer, encoding: string, options: LookOptions): void => {
  const looked = lookInto(decoded(bytes, encoding, options.place).toString('latin1'), options);
  const [found] = looked.found;
  if (found !== undefined)
    throw new Refusal('encoded', `${found.path}: ${looksLike[found.kind]} is behind the content encoding ${encoding}`);
  refuseSpread([looked], options.place, spreadIn(looked, options.place));
};

/**
 * A body without what must not be written, as long as it was. Throws {@link Refusal}.
 * @param place what its redactions are listed under
 */
export const redactBody = (bytes: Buffer, place: string, { encoding, contentType }: BodyFields, context: RedactContext): Buffer => {
  if (bytes.length === 0) return bytes;
  const options = { place, contentType, dropContent: context.dropContent };
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    checkEncoded(bytes, encoding, options);
    return bytes;
  }
  const looked = lookInto(bytes.toString('latin1'), options);
  refuseSpread([looked], place, spreadIn(looked, place));
  const redacted = replaceIn(looked, place, context);
  return redacted === looked.text ? bytes : Buffer.from(redacted, 'latin1');
};

/** The same for pieces that make up one body: a value may begin in one and end in another. */
export const redactPieces = (pieces: readonly Buffer[], place: string, fields: BodyFields, context: RedactContext): readonly Buffer[] => {
  const whole = redactBody(Buffer.concat(pieces), place, fields, context);
  let at = 0;
  return pieces.map(({ length }) => {
    at += length;
    return whole.subarray(at - length, at);
  });
};

/** The same for the frames of one side of a socket, each of which is a body. */
export const redactFrames = (frames: readonly Buffer[], place: string, context: RedactContext): readonly Buffer[] => {
  const looked = frames.map((bytes) => lookInto(bytes.toString('latin1'), { place, dropContent: context.dropContent }));
  refuseSpread(looked, place, 'the frames of a socket');
  return looked.map((one) => Buffer.from(replaceIn(one, place, context), 'latin1'));
};
