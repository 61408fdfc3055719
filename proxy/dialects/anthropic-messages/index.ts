import type { Dialect } from '../dialect.ts';
import { decodeError, encodeError } from './errors.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { newStreamDecoder } from './stream-decode.ts';
import { newStreamEncoder } from './stream-encode.ts';
import { reasoningPlace } from './thinking.ts';
import { tokenCount } from './token-count.ts';

/** Anthropic's Messages API: `POST /v1/messages`. */
const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder,
  newStreamEncoder,
  reasoning: reasoningPlace,
  tokenCount,
};

export default anthropicMessages;
