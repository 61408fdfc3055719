import type { Dialect } from '../dialect.ts';
import { decodeError, encodeError } from './errors.ts';
import { reasoningPlace } from './reasoning.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { decodeResponse, encodeResponse } from './response.ts';
import { newStreamDecoder } from './stream-decode.ts';
import { newStreamEncoder } from './stream-encode.ts';

/** OpenAI Chat Completions, and the compatible upstreams that speak it. */
const openaiChat: Dialect = {
  id: 'openai-chat',
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder,
  newStreamEncoder,
  reasoning: reasoningPlace,
};

export default openaiChat;
