import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';

import { kindOfKey, type SensitiveKind, sensitiveSpans, type Span } from '#fixtures/recordings/sensitive';

import { isContent } from './content.ts';
import { type Leaf, leavesOfBody } from './json-leaves.ts';
import type { Placeholders } from './placeholders.ts';
import type { Redactions } from './redactions.ts';
import { Refusal } from './refusal.ts';

export interface RedactContext {
  readonly placeholders: Placeholders;
  readonly redactions: Redactions;
  /** What was said is left out as well. */
  readonly dropContent: boolean;
}

interface Found extends Span {
  readonly type: Leaf['type'];
  readonly path: string;
}

const unescaped = (raw: string): string => {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
};

/** What is hidden by escapes is only seen without them; then all of the string goes. */
const hiddenKind = (text: string, { type, start, end }: Leaf): SensitiveKind | undefined => {
  const raw = text.slice(start, end);
  if (type === 'number' || !/\\[u/]/.test(raw)) return undefined;
  const plain = unescaped(raw);
  const [hidden] = sensitiveSpans(plain).filter((span) => !raw.includes(plain.slice(span.start, span.end)));
  return hidden?.kind;
};

const foundByLeaf = (text: string, leaf: Leaf, dropContent: boolean): readonly Found[] => {
  const kind = kindOfKey(leaf.key) ?? hiddenKind(text, leaf) ?? (dropContent && isContent(leaf) ? 'content' : undefined);
  return kind === undefined || leaf.start === leaf.end ? [] : [{ ...leaf, kind }];
};

type Place = Pick<Span, 'start' | 'end'>;

const within =
  (outer: Place) =>
  (inner: Place): boolean =>
    outer.start <= inner.start && inner.end <= outer.end;

const overlaps =
  (one: Place) =>
  (other: Place): boolean =>
    one.start < other.end && other.start < one.end;

/** Places in a text, without overlaps, in order. Whole values win over parts of them. */
const findIn = (text: string, leaves: readonly Leaf[], place: string, dropContent: boolean): readonly Found[] => {
  const wholes = leaves.flatMap((leaf) => foundByLeaf(text, leaf, dropContent));
  // A text that is no JSON cannot be told from what was said.
  if (dropContent && leaves.length === 0 && text.length > 0)
    return [{ start: 0, end: text.length, kind: 'content', type: 'string', path: place }];
  const found: Found[] = [];
  const spans = sensitiveSpans(text).toSorted((a, b) => a.start - b.start || b.end - a.end);
  for (const span of spans) {
    if (wholes.some((one) => within(one)(span)) || found.some(overlaps(span))) continue;
    const leaf = leaves.find((one) => within(one)(span));
    found.push({ ...span, type: 'string', path: leaf?.path ?? '' });
  }
  const parts = found.filter((one) => !wholes.some(overlaps(one)));
  return [...wholes, ...parts].sort((a, b) => a.start - b.start).map((one) => ({ ...one, path: placeOf(place, one.path) }));
};

const placeOf = (place: string, path: string): string => {
  if (path === '' || path === place) return place;
  return path.startsWith('[') ? `${place}${path}` : `${place}.${path}`;
};

const replaceIn = (text: string, found: readonly Found[], context: RedactContext): string => {
  const out: string[] = [];
  let at = 0;
  for (const { start, end, kind, type, path } of found) {
    const made = context.placeholders.of(kind, text.slice(start, end), type);
    if (made === undefined) throw new Refusal('cannot-redact', `${path}: no placeholder of ${end - start} letters is free`);
    context.redactions.add(path, kind);
    out.push(text.slice(at, start), made);
    at = end;
  }
  return [...out, text.slice(at)].join('');
};

/** A value that is spread over the events of a stream is whole only in what they add up to. */
const refuseSpread = (text: string, leaves: readonly Leaf[], place: string): void => {
  const sums = new Map<string, string[]>();
  for (const { path, start, end, type } of leaves) {
    if (type === 'number') continue;
    const parts = sums.get(path);
    if (parts === undefined) sums.set(path, [text.slice(start, end)]);
    else parts.push(text.slice(start, end));
  }
  for (const [path, parts] of sums) {
    const [left] = parts.length > 1 ? sensitiveSpans(parts.join('')) : [];
    if (left !== undefined)
      throw new Refusal('secret-left', `${placeOf(place, path)}: spread over events, something that looks like a ${left.kind}`);
  }
};

const redactText = (text: string, place: string, context: RedactContext): string => {
  const leaves = leavesOfBody(text);
  const found = findIn(text, leaves, place, context.dropContent);
  if (found.length === 0) {
    refuseSpread(text, leaves, place);
    return text;
  }
  const redacted = replaceIn(text, found, context);
  const [left] = sensitiveSpans(redacted);
  if (left !== undefined) throw new Refusal('secret-left', `${place}: something that looks like a ${left.kind} cannot be replaced`);
  refuseSpread(redacted, leavesOfBody(redacted), place);
  return redacted;
};

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
const checkEncoded = (bytes: Buffer, encoding: string, place: string, dropContent: boolean): void => {
  const text = decoded(bytes, encoding, place).toString('latin1');
  const leaves = leavesOfBody(text);
  const [found] = findIn(text, leaves, place, dropContent);
  if (found !== undefined)
    throw new Refusal(
      'encoded',
      `${found.path}: what looks ${found.kind === 'personal' ? 'personal' : `like a ${found.kind}`} is behind the content encoding ${encoding}`,
    );
  refuseSpread(text, leaves, place);
};

/**
 * A body without what must not be written, as long as it was. Throws {@link Refusal}.
 * @param place what its redactions are listed under
 * @param encoding of `content-encoding`
 */
export const redactBody = (bytes: Buffer, place: string, encoding: string | undefined, context: RedactContext): Buffer => {
  if (bytes.length === 0) return bytes;
  if (encoding === undefined || encoding === '' || encoding === 'identity') {
    return Buffer.from(redactText(bytes.toString('latin1'), place, context), 'latin1');
  }
  checkEncoded(bytes, encoding, place, context.dropContent);
  return bytes;
};

/** The same for pieces that make up one body: a value may begin in one and end in another. */
export const redactPieces = (
  pieces: readonly Buffer[],
  place: string,
  encoding: string | undefined,
  context: RedactContext,
): readonly Buffer[] => {
  const whole = redactBody(Buffer.concat(pieces), place, encoding, context);
  let at = 0;
  return pieces.map(({ length }) => {
    at += length;
    return whole.subarray(at - length, at);
  });
};
