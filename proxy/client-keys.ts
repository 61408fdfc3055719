import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { ProxyError } from './errors.ts';

/** Where a client may put its key; the names are the four dialects' own (sheet 1.1). */
export interface KeyPlaces {
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? [value] : []);

/** `Bearer x` in any case, or a value without a scheme; another scheme is taken whole and so fits no key. */
const fromAuthorization = (value: string | undefined): readonly string[] => text(value?.replace(/^bearer\s+/i, '').trim());

const offeredKeys = ({ headers, query }: KeyPlaces): readonly string[] => [
  ...fromAuthorization(headers.authorization),
  ...text(headers['x-goog-api-key']),
  ...text(headers['x-api-key']),
  ...text(query.key),
  ...text(query.auth_token),
];

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();

/** A test that takes as long for a near miss as for a far one. */
const matches = (known: readonly Buffer[], offered: string): boolean => {
  const given = digest(offered);
  return known.reduce((found, key) => timingSafeEqual(key, given) || found, false);
};

/**
 * Checks the client's key. Every place is tried and any match is enough, so that a client behind another gateway, which sets its own
 * Authorization, still gets in. No configured keys: everybody gets in.
 * @throws ProxyError `missing-api-key` or `invalid-api-key`.
 */
export const newKeyCheck = (keys: readonly string[]): ((places: KeyPlaces) => void) => {
  const known = keys.map(digest);
  return (places) => {
    if (known.length === 0) return;
    const offered = offeredKeys(places);
    if (offered.length === 0) throw new ProxyError('missing-api-key', 'Missing API key');
    if (!offered.some((key) => matches(known, key))) throw new ProxyError('invalid-api-key', 'Invalid API key');
  };
};
