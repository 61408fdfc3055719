import { pipeline, type Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';

import type { Probe } from '#scenarios/kit/probe';

const named = (headers: Readonly<Record<string, string>>, wanted: string): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

/** Whether the caller has said that it takes gzip. */
export const saysGzip = ({ headers }: Pick<Probe, 'headers'>): boolean => (named(headers, 'accept-encoding') ?? '').includes('gzip');

/**
 * The body as it comes, each piece as soon as it can be told; without gzip for callers that take it. Others get what was sent: what
 * compresses unasked is to be seen.
 */
export const decodedBody = (body: Readable, takesGzip: boolean, encoding: string | undefined): AsyncIterable<Buffer> => {
  if (encoding !== 'gzip' || !takesGzip) return body as AsyncIterable<Buffer>;
  // What goes wrong on either side ends the reading with its error.
  return pipeline(body, createGunzip({ flush: constants.Z_SYNC_FLUSH }), () => undefined) as AsyncIterable<Buffer>;
};
