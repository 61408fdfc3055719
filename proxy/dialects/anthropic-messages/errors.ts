import type { ErrorInfo } from '../../ir/chat.ts';
import { asObject, asText, present } from '../reading.ts';

/** Sheet 1.4, rule B. */
const typeOfStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** For errors inside a stream, which have a type and no status of their own. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  api_error: 500,
  ...Object.fromEntries(Object.entries(typeOfStatus).map(([status, type]) => [type, Number(status)])),
};

const typeFor = (status: number): string => typeOfStatus[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');

export const encodeError = (error: ErrorInfo): unknown => ({
  type: 'error',
  error: { type: typeFor(error.status), message: error.message },
  ...present({ request_id: error.requestId }),
});

/** `undefined` unless the body is `{"type":"error","error":{"message"}}`. */
export const decodeError = (status: number, wire: unknown): ErrorInfo | undefined => {
  const body = asObject(wire);
  const error = asObject(body?.['error']);
  const message = asText(error?.['message']);
  if (body?.['type'] !== 'error' || message === undefined) return undefined;
  return { status, message, ...present({ type: asText(error?.['type']), requestId: asText(body['request_id']) }) };
};

/** An `error` event of a stream; its status follows from its type. */
export const decodeStreamError = (wire: unknown): ErrorInfo => {
  const type = asText(asObject(asObject(wire)?.['error'])?.['type']);
  const status = (type !== undefined && statusOfType[type]) || 502;
  return decodeError(status, wire) ?? { status, message: "the upstream's stream ended with an error that says nothing" };
};
