import type { ErrorInfo } from './ir/chat.ts';

/** Every way in which the proxy itself refuses or fails, with the HTTP status it answers. One catalogue; match on `code`. */
export const proxyErrorStatus = {
  'invalid-request': 400,
  'unsupported-content-encoding': 400,
  'previous-response-not-found': 400,
  'compact-does-not-stream': 400,
  'compact-not-supported': 501,
  'embeddings-not-supported': 501,
  'missing-api-key': 401,
  'invalid-api-key': 401,
  'model-not-found': 404,
  'not-found': 404,
  'request-too-large': 413,
  'upgrade-required': 426,
  'no-usable-credential': 503,
  'shutting-down': 503,
  'upstream-unreachable': 502,
  'upstream-bad-answer': 502,
  'upstream-timeout': 504,
} as const;

export type ProxyErrorCode = keyof typeof proxyErrorStatus;

export class ProxyError extends Error {
  readonly code: ProxyErrorCode;
  readonly status: number;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProxyErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly param?: string; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ProxyError';
    this.code = code;
    this.status = proxyErrorStatus[code];
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The neutral form that a dialect encodes into its own envelope. */
  toInfo(): ErrorInfo {
    const { status, message, param, retryAfterSeconds } = this;
    const code = this.code.replaceAll('-', '_');
    return { status, code, message, ...(param !== undefined && { param }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
}
