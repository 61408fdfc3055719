import type { TokenCountCodec } from '../dialect.ts';
import { asCount, asObject } from '../reading.ts';

/** The answer of `:countTokens`. */
export const tokenCount: TokenCountCodec = {
  decode: (wire) => asCount(asObject(wire)?.['totalTokens']),
  encode: (tokens) => ({ totalTokens: tokens }),
};
