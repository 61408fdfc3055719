import type { Dialect } from '../dialect.ts';
import { decodeError, encodeError } from './errors.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { newStreamDecoder } from './stream-decode.ts';
import { newStreamEncoder } from './stream-encode.ts';
import { reasoningPlace } from './thinking.ts';
import { tokenCount } from './token-count.ts';
import { asObject } from '../reading.ts';
import { usageFromWire } from './wire.ts';

/** Google's Gemini API: `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`. */
const geminiGenerate: Dialect = {
  id: 'gemini-generate',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder,
  newStreamEncoder,
  usageIn: (answer) => usageFromWire(asObject(answer)?.['usageMetadata']),
  reasoning: reasoningPlace,
  tokenCount,
};

export default geminiGenerate;
