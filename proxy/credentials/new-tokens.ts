import { asObject } from '../dialects/reading.ts';
import type { WireObject } from '../dialects/reading.ts';
import type { NewTokens } from '../providers/oauth.ts';
import { namesOfMember } from './auth-file.ts';
import { writeExpiry } from './expiry.ts';
import { expiryClaimOf } from './jwt.ts';

const assumedSeconds = 3_600;
const longestSeconds = 366 * 86_400;

const saidExpiry = ({ expiresIn, access_token }: NewTokens, now: number): number | undefined =>
  expiresIn === undefined ? expiryClaimOf(access_token) : now + Math.min(expiresIn, longestSeconds) * 1000;

/**
 * When new tokens end, in milliseconds since the epoch. A lifetime of nothing or less is a known way of not saying one (row 16, (b) 2 and
 * (e) 9), and a new token that has ended by its own claim comes from a vendor whose clock is behind: believed, either would have the token
 * renewed again with every request.
 * @param corrects whether such a lifetime is taken for an hour
 */
export const expiryOf = (tokens: NewTokens, now: number, corrects = true): number => {
  const said = saidExpiry(tokens, now);
  return said === undefined || (corrects && said <= now) ? now + assumedSeconds * 1000 : said;
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
