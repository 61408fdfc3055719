import type { SightEnd } from '#scenarios/kit/sight';

/** How an exchange that did not complete ended, with the code that says why. */
export interface Ending {
  readonly end: Exclude<SightEnd, 'complete'>;
  readonly errorCode: string;
}

/** No connection came about: this says nothing about how the target behaves. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const badCertificate = /CERT|_TLS_|SSL|SELF_SIGNED|LEAF_SIGNATURE/;
/** Codes by which TLS says that no secure connection came about. */
export const isTlsFault = (errorCode: string): boolean => badCertificate.test(errorCode);
const resets = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const codeIn = (error: unknown, depth = 0): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  const inner = Array.isArray(errors) ? (errors[0] as unknown) : cause;
  return codeIn(inner, depth + 1);
};

/** Names the ending behind an error that undici or the socket threw. What is neither refused nor reset counts as cut off. */
export const endingOf = (error: unknown): Ending => {
  const errorCode = codeIn(error) ?? (error instanceof Error ? error.name : 'UNKNOWN');
  if (neverConnected.has(errorCode) || badCertificate.test(errorCode)) return { end: 'refused', errorCode };
  return { end: resets.has(errorCode) ? 'reset' : 'cut', errorCode };
};

/** Codes by which the HTTP client says that the request as we defined it cannot be sent at all. */
export const isOurFault = (errorCode: string | undefined): boolean =>
  errorCode !== undefined && /^(UND_ERR_INVALID_ARG|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH|ERR_INVALID_|ERR_HTTP_INVALID_)/.test(errorCode);
