import { gzipSync } from 'node:zlib';

import { TOKEN, type Probe } from '#scenarios/kit/probe';

/** What goes on the wire for a probe. */
export interface EncodedBody {
  /** After content encoding; `undefined` for a request without a body. */
  readonly bytes: Buffer | undefined;
  /** Content headers that the encoding calls for. */
  readonly headers: Readonly<Record<string, string>>;
}

const textOf = (body: NonNullable<Probe['body']>): string => ('text' in body ? body.text : JSON.stringify(body.json));

/** Puts the token where the placeholder stands. Both have the same length, so sizes stay exact. */
export const withToken = (text: string, token: string): string => text.replaceAll(TOKEN, token);

/** The body before content encoding, with the token in it; `undefined` for a request without one. */
export const bodyText = (probe: Probe, token: string): string | undefined =>
  probe.body === undefined ? undefined : withToken(textOf(probe.body), token);

/** The body as bytes, with the token in it. */
export const encodeBody = (probe: Probe, token: string): EncodedBody => {
  const text = bodyText(probe, token);
  if (text === undefined) return { bytes: undefined, headers: {} };
  const plain = Buffer.from(text, 'utf8');
  if (probe.encoding === 'identity') return { bytes: plain, headers: { 'content-type': 'application/json' } };
  return { bytes: gzipSync(plain), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } };
};

const pieceBytes = 16 * 1024;

/** Pieces of at most 16 KiB. A body without a known length makes the client send `Transfer-Encoding: chunked`. */
export async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.byteLength; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}
