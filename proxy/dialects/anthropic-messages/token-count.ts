import type { TokenCountCodec } from '../dialect.ts';
import { asCount, asObject } from '../reading.ts';

/** The answer of `/v1/messages/count_tokens`. */
export const tokenCount: TokenCountCodec = {
  decode: (wire) => asCount(asObject(wire)?.['input_tokens']),
  encode: (tokens) => ({ input_tokens: tokens }),
};
