import type { Dialect } from '../dialect.ts';
import { decodeError, encodeError } from './errors.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeResponse } from './response.ts';
import { newStreamEncoder } from './stream-encode.ts';

const never = (): never => {
  throw new Error('no provider speaks openai-completions: it is a dialect of clients only');
};

/** OpenAI's legacy text completions, for old clients. Upstreams are asked in their own dialects, a prompt becoming a user message. */
const openaiCompletions: Dialect = {
  id: 'openai-completions',
  decodeRequest,
  encodeRequest: never,
  decodeResponse: never,
  encodeResponse,
  decodeError,
  encodeError,
  newStreamDecoder: never,
  newStreamEncoder,
};

export default openaiCompletions;
