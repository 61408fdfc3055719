import { pipeline, Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const flush = constants.Z_SYNC_FLUSH;

/** What arrives is given out at once, because it may be an event of a stream. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ flush }),
  'x-gzip': () => createGunzip({ flush }),
  deflate: () => createInflate({ flush }),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
};

/**
 * The proxy asks for plain answers; some upstreams compress all the same. Readers bound what they take, so a small body cannot grow
 * without end. A body that is cut or not of its encoding fails while it is read; one of an unknown encoding is given out as it came.
 */
export const decodeAnswer = (body: AsyncIterable<Buffer>, contentEncoding: string | undefined): AsyncIterable<Buffer> => {
  if (contentEncoding === undefined) return body;
  const name = contentEncoding.trim().toLowerCase();
  const decoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  // The reader sees the failure; pipeline only ends the other stream with it.
  return decoder === undefined ? body : pipeline(Readable.from(body), decoder(), () => undefined);
};
