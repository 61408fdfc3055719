import { ProxyError } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';
import { decodeError } from './errors.ts';
import { encodeRequest } from './request-encode.ts';
import { newStreamDecoder } from './stream-decode.ts';

const never = (): never => {
  throw new Error('no client speaks kiro: it is a dialect of an upstream only');
};

const notStreamed = (): never => {
  throw new ProxyError('upstream-bad-answer', 'Kiro answered with JSON where it always streams.');
};

/**
 * Kiro's `generateAssistantResponse` (row 16 (b)): a conversation in camel case, answered by a stream of events. The provider turns their
 * binary frames into server-sent events, named after the event's type.
 */
const kiro: Dialect = {
  id: 'kiro',
  decodeRequest: never,
  encodeRequest,
  decodeResponse: notStreamed,
  encodeResponse: never,
  decodeError,
  encodeError: never,
  newStreamDecoder,
  newStreamEncoder: never,
};

export default kiro;
