import type { ErrorInfo } from './ir/chat.ts';

/** Every way in which the proxy itself refuses or fails, with the HTTP status it answers. One catalogue; match on `code`. */
export const proxyErrorStatus = {
  'invalid-request': 400,
  'unsupported-content-encoding': 400,
  'previous-response-not-found': 400,
  'compact-does-not-stream': 400,
  'unknown-level': 400,
  'level-not-supported': 400,
  'budget-out-of-range': 400,
  'compact-not-supported': 501,
  'embeddings-not-supported': 501,
  'missing-api-key': 401,
  'invalid-api-key': 401,
  'management-key-missing': 401,
  'management-key-invalid': 401,
  'unsafe-example-api-key': 403,
  'management-is-local': 403,
  'model-not-allowed': 403,
  'model-not-found': 404,
  'not-found': 404,
  'request-timeout': 408,
  'config-file-broken': 409,
  'request-too-large': 413,
  'config-invalid': 422,
  'upgrade-required': 426,
  'model-cooldown': 429,
  'management-backs-off': 429,
  'key-rate-limited': 429,
  'key-budget-spent': 429,
  'headers-too-large': 431,
  'no-usable-credential': 503,
  'credential-expired': 503,
  'shutting-down': 503,
  'upstream-unreachable': 502,
  'upstream-bad-answer': 502,
  'upstream-timeout': 504,
  'not-writable': 507,
} as const;

export type ProxyErrorCode = keyof typeof proxyErrorStatus;

export class ProxyError extends Error {
  readonly code: ProxyErrorCode;
  readonly status: number;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly data: ErrorInfo['data'];

  constructor(
    code: ProxyErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly param?: string;
      readonly retryAfterSeconds?: number;
      /** Over the catalogue's: builds differ in the status of some. */
      readonly status?: number;
      readonly data?: ErrorInfo['data'];
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ProxyError';
    this.code = code;
    this.status = options.status ?? proxyErrorStatus[code];
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.data = options.data;
  }

  /** The neutral form that a dialect encodes into its own envelope. */
  toInfo(): ErrorInfo {
    const { status, message, param, retryAfterSeconds, data } = this;
    const code = this.code.replaceAll('-', '_');
    return {
      status,
      code,
      message,
      ...(param !== undefined && { param }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(data !== undefined && { data }),
    };
  }
}
