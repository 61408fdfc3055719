import type { ErrorInfo } from '../../ir/chat.ts';
import { decodeOpenAiError, encodeOpenAiError, readErrorFields, statusOfStreamedError } from '../openai-envelope.ts';
import { asObject, type WireObject } from '../reading.ts';

/** The Responses API answers with OpenAI's common envelope (sheet 1.4); inside a stream its errors are flat. */
export { decodeOpenAiError as decodeError, encodeOpenAiError as encodeError } from '../openai-envelope.ts';

/** The `error` event that ends a stream (sheet 1.5). */
export const streamedError = (error: ErrorInfo, sequenceNumber: number) => {
  const { code, message, param } = encodeOpenAiError(error).error;
  return { type: 'error', code, message, param, sequence_number: sequenceNumber };
};

const withoutMessage = 'the upstream reported an error without a message';

/** Reads `response.failed` (`response.error`), `error` with the fields flat or in an `error` object, and `{"error":…}` without a type. */
export const readStreamedError = (event: WireObject): ErrorInfo => {
  const nested = asObject(event['error']) ?? asObject(asObject(event['response'])?.['error']);
  const status = statusOfStreamedError(nested ?? withoutType(event), event);
  const fields = nested ?? withoutType(event);
  return readErrorFields(status, fields) ?? decodeOpenAiError(status, event) ?? { status, message: withoutMessage };
};

/** The type of a flat event says that it is an error, not which. */
const withoutType = (event: WireObject): WireObject => ({ ...event, type: undefined });
