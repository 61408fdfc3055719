import type { ErrorInfo } from '../../ir/chat.ts';
import { asArray, asCount, asObject, asText, present, type WireObject } from '../reading.ts';

const wordOfStatus: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  // Anthropic's word for "overloaded".
  529: 'UNAVAILABLE',
};

const wordFor = (status: number): string => wordOfStatus[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');

const retryInfo = 'type.googleapis.com/google.rpc.RetryInfo';

export const encodeError = ({ status, message, retryAfterSeconds }: ErrorInfo): unknown => ({
  error: {
    code: status,
    message,
    status: wordFor(status),
    ...(retryAfterSeconds !== undefined && { details: [{ '@type': retryInfo, retryDelay: `${retryAfterSeconds}s` }] }),
  },
});

/**
 * `undefined` unless the body is Google's `{"error":{"code":<number>,"message","status"}}`; some endpoints wrap it in an array. Google's
 * status word becomes the neutral `code`.
 */
export const decodeError = (status: number, wire: unknown): ErrorInfo | undefined => {
  const error = asObject(asObject(asArray(wire)?.[0] ?? wire)?.['error']);
  const message = asText(error?.['message']);
  const word = asText(error?.['status']);
  if (!error || message === undefined || (word === undefined && asCount(error['code']) === undefined)) return undefined;
  return { status, message, ...present({ code: word, retryAfterSeconds: retryDelay(error) }) };
};

/** An error inside a stream brings its HTTP status as `code`. */
export const decodeStreamError = (wire: unknown): ErrorInfo => {
  const code = asCount(asObject(asObject(asArray(wire)?.[0] ?? wire)?.['error'])?.['code']);
  const status = code !== undefined && code >= 400 && code < 600 ? code : 502;
  return decodeError(status, wire) ?? { status, message: "the upstream's stream ended with an error that says nothing" };
};

/** In whole seconds, since a `retry-after` has no others; never sooner than was asked. */
const retryDelay = (error: WireObject): number | undefined => {
  const detail = (asArray(error['details']) ?? []).map(asObject).find((each) => each?.['@type'] === retryInfo);
  const seconds = /^(\d{1,9}(?:\.\d+)?)s$/.exec(asText(detail?.['retryDelay']) ?? '')?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds));
};
