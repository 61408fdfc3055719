import type { ErrorInfo } from '../ir/chat.ts';
import { asObject, asText, present, type WireObject } from './reading.ts';

/** The error envelope that OpenAI's Chat and Responses APIs share (sheet 1.4). */
export interface OpenAiErrorEnvelope {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null };
}

interface Naming {
  readonly type: string;
  readonly code: string | null;
}

// A 403 keeps its code null: the products' "insufficient_quota" misleads, since most 403s are about licences.
const namingByStatus: Readonly<Record<number, Naming>> = {
  401: { type: 'authentication_error', code: 'invalid_api_key' },
  403: { type: 'permission_error', code: null },
  404: { type: 'invalid_request_error', code: 'model_not_found' },
  429: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
};

const namingOf = (status: number): Naming =>
  namingByStatus[status] ??
  (status >= 500 ? { type: 'server_error', code: 'internal_server_error' } : { type: 'invalid_request_error', code: null });

/** Type and code are filled in by status where the error has none. */
export const encodeOpenAiError = (error: ErrorInfo): OpenAiErrorEnvelope => {
  const naming = namingOf(error.status);
  return {
    error: {
      message: error.message,
      type: error.type ?? naming.type,
      param: error.param ?? null,
      code: error.code ?? naming.code,
      ...error.data,
    },
  };
};

const asCode = (value: unknown): string | undefined => (typeof value === 'number' ? String(value) : asText(value));

/** Reads `{message, type, param, code}`; `undefined` when there is no message in it. */
export const readErrorFields = (status: number, error: WireObject): ErrorInfo | undefined => {
  const message = asText(error['message']);
  if (message === undefined) return undefined;
  return { status, message, ...present({ type: asText(error['type']), code: asCode(error['code']), param: asText(error['param']) }) };
};

const readDetail = (status: number, detail: unknown): ErrorInfo | undefined => {
  if (detail === undefined || detail === null) return undefined;
  return { status, message: typeof detail === 'string' ? detail : JSON.stringify(detail) };
};

/**
 * Reads OpenAI's envelope, and the shapes that its relatives answer with: `{"error":"text"}`, Codex's `{"detail":…}`, and the bare
 * `{"object":"error","message":…}`. `undefined` when it is none of them.
 */
export const decodeOpenAiError = (status: number, wire: unknown): ErrorInfo | undefined => {
  const body = asObject(wire);
  if (body === undefined) return undefined;
  const error = body['error'];
  if (typeof error === 'string') return { status, message: error };
  const fields = asObject(error);
  if (fields !== undefined) return readErrorFields(status, fields);
  if (body['object'] === 'error') return readErrorFields(status, body);
  return readDetail(status, body['detail']);
};

const statusByName: readonly (readonly [RegExp, number])[] = [
  [/rate_limit|usage_limit|quota/u, 429],
  [/not_found/u, 404],
  [/permission/u, 403],
  [/auth|api_key/u, 401],
  [/invalid|context_length|unsupported|not_supported/u, 400],
  [/overloaded/u, 503],
];

const asHttpStatus = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599 ? value : undefined;

/**
 * The status of an error that came inside a stream whose HTTP status was already 200: the error's own status, else by its code
 * and type, else 502 (sheet 1.5). `around` is the event that carried it.
 */
export const statusOfStreamedError = (error: WireObject, around: WireObject): number => {
  for (const value of [error['status'], error['status_code'], error['code'], around['status'], around['status_code']]) {
    const status = asHttpStatus(value);
    if (status !== undefined) return status;
  }
  for (const name of [error['code'], error['type']]) {
    const found = typeof name === 'string' ? statusByName.find(([pattern]) => pattern.test(name)) : undefined;
    if (found !== undefined) return found[1];
  }
  return 502;
};
