import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

import { ProxyError } from '../errors.ts';
import { defineRemedy } from './remedy.ts';

type Inflater = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unpackedTooFar = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

/** A body may not grow past the bound when it is unpacked, however small it arrives. */
const bounded =
  (name: string, unpack: Inflater) =>
  async (bytes: Buffer, maxBytes: number): Promise<Buffer> => {
    try {
      return await unpack(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      if (unpackedTooFar(error)) {
        throw new ProxyError(
          'request-too-large',
          `The ${name} request body is larger than ${maxBytes} bytes when decoded, the limit of this proxy.`,
        );
      }
      throw new ProxyError('invalid-request', `The request body is not valid ${name}: ${(error as Error).message}`, { cause: error });
    }
  };

const decodeGzip = bounded('gzip', promisify(gunzip));
const decodeDeflate = bounded('deflate', promisify(inflate));

export default defineRemedy({
  id: 'gzip-request-bodies',
  matrixRow: 6,
  about: 'Compressed request bodies (gzip, deflate) are decoded, within the same size bound as plain ones.',
  decodeRequestBody: { gzip: decodeGzip, 'x-gzip': decodeGzip, deflate: decodeDeflate },
});
