import { asObject } from '../dialects/reading.ts';
import type { WireObject } from '../dialects/reading.ts';
import type { NewTokens } from '../providers/oauth.ts';
import { namesOfMember } from './auth-file.ts';
import { writeExpiry } from './expiry.ts';
import { expiryClaimOf } from './jwt.ts';

const assumedSeconds = 3_600;
const longestSeconds = 366 * 86_400;

/**
 * When new tokens end, in milliseconds since the epoch. A lifetime of nothing or less is a known way of not saying one (row 16, (b) 2 and
 * (e) 9), and would have the token renewed again at once.
 */
export const expiryOf = ({ expiresIn, access_token }: NewTokens, now: number): number => {
  if (expiresIn === undefined) return expiryClaimOf(access_token) ?? now + assumedSeconds * 1000;
  return now + Math.min(expiresIn > 0 ? expiresIn : assumedSeconds, longestSeconds) * 1000;
};

/** A file's tree with new tokens in the places that it has for them. Everything else in it stays, known or not. */
export const withNewTokens = (
  given: unknown,
  { expiresIn: _expiresIn, ...tokens }: NewTokens,
  expiresAt: number,
  now: number,
): WireObject => {
  const tree = asObject(given) ?? {};
  const said = { ...tokens, last_refresh: new Date(now).toISOString() };
  const named = Object.entries(said).flatMap(([member, value]) => namesOfMember(tree, member).map((name) => [name, value] as const));
  return { ...tree, ...Object.fromEntries(named), ...writeExpiry(tree, expiresAt, now) };
};
