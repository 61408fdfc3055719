import type { Dialect } from '../dialect.ts';
import { decodeError, encodeError } from './errors.ts';
import { reasoningPlace } from './reasoning.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { newStreamDecoder } from './stream-decode.ts';
import { newStreamEncoder } from './stream-encode.ts';
import { newStreamFolder } from './stream-fold.ts';
import { asObject } from '../reading.ts';
import { readUsage } from './wire.ts';

/** OpenAI Responses: the public API, compatible upstreams, and what Codex speaks. */
const openaiResponses: Dialect = {
  id: 'openai-responses',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder,
  newStreamEncoder,
  usageIn: (answer) => readUsage(asObject(answer)?.['usage']),
  reasoning: reasoningPlace,
  newStreamFolder,
};

export default openaiResponses;
