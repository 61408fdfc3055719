import { asCount, asObject } from '../dialects/reading.ts';
import type { WireObject } from '../dialects/reading.ts';

/**
 * The claims of a JSON web token; `undefined` for an opaque one. The signature is not checked: the token is the operator's own, and what
 * it claims decides nothing but when to renew it and where it belongs.
 */
export const claimsOf = (token: string | undefined): WireObject | undefined => {
  try {
    return asObject(JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
};

/** When a token says that it ends, in milliseconds since the epoch. */
export const expiryClaimOf = (token: string | undefined): number | undefined => {
  const seconds = asCount(claimsOf(token)?.['exp']);
  return seconds === undefined ? undefined : seconds * 1000;
};
