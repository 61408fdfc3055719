import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { ClientKey } from '../config/client-keys-schema.ts';
import { ProxyError } from '../errors.ts';
import { anyone } from './client.ts';
import type { Client } from './client.ts';

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

const digest = (key: string): Buffer => hash('sha256', key, 'buffer');

interface KnownKey {
  readonly digest: Buffer;
  readonly client: Client;
}

/** What a client is called in logs, metrics and usage: the name of its key, or a fingerprint of it. */
export const clientId = ({ key, name }: Pick<ClientKey, 'key' | 'name'>): string =>
  name ?? `key-${digest(key).toString('hex').slice(0, 8)}`;

const clientOf = ({ models, 'requests-per-minute': requestsPerMinute, 'tokens-per-day': tokensPerDay, ...entry }: ClientKey): Client => ({
  id: clientId(entry),
  scope: {
    ...(models !== undefined && { models }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerDay !== undefined && { tokensPerDay }),
  },
});

type Compare = (one: Buffer, other: Buffer) => boolean;

/** The client whose key is offered; takes as long for a near miss as for a far one, and for the first key as for the last. */
const ownerOf = (known: readonly KnownKey[], offered: string, isEqual: Compare): Client | undefined => {
  const given = digest(offered);
  return known.reduce<Client | undefined>((found, { digest: own, client }) => (isEqual(own, given) ? client : found), undefined);
};

export type KeyCheck = (places: KeyPlaces) => Client;

/**
 * Checks the client's key and says whose it is. Every place is tried and any match is enough, so that a client behind another gateway,
 * which sets its own Authorization, still gets in. No configured keys: everybody gets in.
 * @param isEqual Takes as long for equal buffers as for others.
 * @throws ProxyError `missing-api-key` or `invalid-api-key`.
 */
export const newKeyCheck = (keys: readonly ClientKey[], isEqual: Compare = timingSafeEqual): KeyCheck => {
  const known = keys.map((entry) => ({ digest: digest(entry.key), client: clientOf(entry) }));
  return (places) => {
    if (known.length === 0) return anyone;
    const offered = offeredKeys(places);
    if (offered.length === 0) throw new ProxyError('missing-api-key', 'Missing API key');
    const owners = offered.map((key) => ownerOf(known, key, isEqual));
    const owner = owners.find((client) => client !== undefined);
    if (owner === undefined) throw new ProxyError('invalid-api-key', 'Invalid API key');
    return owner;
  };
};
