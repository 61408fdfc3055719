import { createHash } from 'node:crypto';
import { basename } from 'node:path';

import { z } from 'zod';

import { check } from '../config/check.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { oauthAlias } from '../config/upstream-entries.ts';
import { headers, httpUrl, name, prefix, proxyUrl, secret } from '../config/values.ts';
import { asObject } from '../dialects/reading.ts';
import type { WireObject } from '../dialects/reading.ts';
import { foldersHaving } from '../discovery.ts';
import { expiryMembers, readExpiry, readTime } from './expiry.ts';
import { expiryClaimOf } from './jwt.ts';

/** OAuth credentials as the vendors' log-in tools write them: JSON, one file per account (sheet 1.11, row 16). */

/** The channels that have auth files: the providers with an `oauth` module. */
export const authFileTypes = (): readonly string[] => foldersHaving(new URL('../providers/', import.meta.url), 'oauth');

const wholeNumber = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const text = z.string().trim();
const time = z
  .union([z.string(), z.number()])
  .refine(
    (value) => value === '' || String(value).startsWith('0001-01-01') || readTime(value) !== undefined,
    'an RFC 3339 time or a Unix time',
  );

const times = {
  ...Object.fromEntries(expiryMembers.map((member) => [member, time.optional()])),
  timestamp: time.optional(),
  last_refresh: time.optional(),
};

/** What vendors' tools write; kiro's write these in camel case. */
const vendorMembers = {
  access_token: secret.optional(),
  refresh_token: secret.optional(),
  id_token: text.optional(),
  api_key: secret.optional(),
  account_id: text.optional(),
  project_id: text.optional(),
  email: text.optional(),
  auth_method: text.toLowerCase().optional(),
  region: text.optional(),
  client_id: text.optional(),
  client_secret: secret.optional(),
  profile_arn: text.optional(),
  resource_url: text.optional(),
};

// Loose: members that only the vendor's tool knows are none of the proxy's business, and stay in the file.
const schema = z
  .looseObject({
    type: z.string(),
    base_url: httpUrl.optional(),
    token_url: httpUrl.optional(),
    proxy_url: proxyUrl.optional(),
    prefix: prefix.or(z.literal('')).optional(),
    priority: wholeNumber.default(0),
    weight: wholeNumber.pipe(z.number().min(1).max(1000)).default(1),
    disabled: z.boolean().default(false),
    disable_cooling: z.boolean().optional(),
    models: z.array(name).optional(),
    excluded_models: z.array(name).default([]),
    model_aliases: z.array(oauthAlias).default([]),
    headers: headers.default({}),
    note: z.string().optional(),
    ...vendorMembers,
    ...times,
  })
  .refine((file) => (file.access_token ?? file.api_key ?? '') !== '', { path: ['access_token'], error: 'access_token or api_key' });

/** Where a file came from. */
export interface AuthSource {
  /** For messages: the path, or which of the files that were handed in. */
  readonly where: string;
  /** Absent for one that was handed in: its new tokens are kept in memory only. */
  readonly path?: string;
}

type Read = z.infer<typeof schema>;
type Vendor = { readonly [K in keyof typeof vendorMembers]?: string };

export interface AuthFile
  extends
    Vendor,
    Pick<Read, 'type' | 'priority' | 'weight' | 'disabled' | 'excluded_models' | 'model_aliases' | 'headers'>,
    Partial<Pick<Read, 'base_url' | 'token_url' | 'proxy_url' | 'disable_cooling' | 'models' | 'note'>> {
  readonly prefix?: string;
  /** When the access token ends, in milliseconds since the epoch: the file's word or the token's own, whichever is earlier. */
  readonly expiresAt?: number;
  /** Milliseconds since the epoch. */
  readonly lastRefresh?: number;
  readonly source: AuthSource;
}

/** An auth file, or what is wrong with it; never shows a secret. */
export interface CheckedAuthFile {
  readonly value: AuthFile | undefined;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

const camelOf = (member: string): string => member.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const twins: readonly (readonly [string, string])[] = [...Object.keys(vendorMembers), 'last_refresh'].map(
  (member) => [member, camelOf(member)] as const,
);

/** The names under which a tree has a member, usual name or camel case; the usual one when it has none. */
export const namesOfMember = (tree: WireObject, member: string): readonly string[] => {
  const present = [member, camelOf(member)].filter((name) => tree[name] !== undefined);
  return present.length === 0 ? [member] : [...new Set(present)];
};

/** Members that are written in camel case under their usual names; a member that has both is read by its usual one. */
const inSnakeCase = (tree: unknown): unknown => {
  const file = asObject(tree);
  if (file === undefined) return tree;
  const found = twins.flatMap(([snake, camel]) => (file[snake] === undefined && file[camel] !== undefined ? [[snake, file[camel]]] : []));
  return { ...file, ...(Object.fromEntries(found) as WireObject) };
};

const earliest = (...values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const filled = (read: Read): Partial<Read> =>
  Object.fromEntries(Object.entries(read).filter(([member, value]) => member in schema.shape && value !== undefined && value !== ''));

const asAuthFile = (read: Read, source: AuthSource): AuthFile => {
  const { last_refresh, ...known } = filled(read);
  const expiresAt = earliest(readExpiry(read), expiryClaimOf(read.access_token));
  const lastRefresh = readTime(last_refresh);
  const withoutTimes = Object.fromEntries(Object.entries(known).filter(([member]) => !(member in times)));
  return {
    ...(withoutTimes as Omit<AuthFile, 'source'>),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastRefresh !== undefined && { lastRefresh }),
    source,
  };
};

const wrongType = (where: string, tree: unknown): readonly ConfigProblem[] => {
  const type = asObject(tree)?.['type'];
  const known = authFileTypes();
  if (typeof type !== 'string' || known.includes(type)) return [];
  return [{ where: `${where}: type`, expected: `one of ${known.join(', ')}`, actual: JSON.stringify(type.slice(0, 80)) }];
};

/**
 * Checks one auth file. Members that it does not know are no problem; what only the vendor's own rules can tell is told by
 * `vendorProblems`.
 */
export const parseAuthFile = (source: AuthSource, given: unknown): CheckedAuthFile => {
  const tree = inSnakeCase(given);
  const { value, problems, warnings } = check(schema, source.where, tree, () => Object.keys(schema.shape));
  const all = [...wrongType(source.where, tree), ...problems];
  return { value: value === undefined || all.length > 0 ? undefined : asAuthFile(value, source), problems: all, warnings };
};

const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');

/** Tells refresh tokens apart without showing them; `undefined` for a file that has none. */
export const refreshFingerprint = ({ type, refresh_token }: AuthFile): string | undefined =>
  refresh_token === undefined ? undefined : sha256(`${type} ${refresh_token}`);

/** Tells whether a file still has the tokens that it had. */
export const tokenFingerprint = ({ access_token, refresh_token, api_key }: AuthFile): string =>
  sha256(JSON.stringify([access_token, refresh_token, api_key]));

/**
 * A file whose refresh token another one has too: whichever is renewed first makes the other useless (row 16, L5). Names both.
 */
export const duplicateProblems = (files: readonly AuthFile[]): readonly ConfigProblem[] => {
  const first = new Map<string, string>();
  return files.flatMap((file): readonly ConfigProblem[] => {
    const fingerprint = refreshFingerprint(file);
    if (fingerprint === undefined) return [];
    const other = first.get(fingerprint);
    if (other === undefined) first.set(fingerprint, file.source.where);
    if (other === undefined) return [];
    const expected = 'a refresh token of its own';
    return [{ where: `${file.source.where}: refresh_token`, expected, actual: `the one of ${other}`, hint: 'remove one of the two files' }];
  });
};

const ownerOf = ({ type, account_id, profile_arn, email }: AuthFile): string | undefined =>
  account_id === undefined && profile_arn === undefined && email === undefined
    ? undefined
    : JSON.stringify([type, account_id, profile_arn, email]);

/**
 * A file of an account that another one has too, with another refresh token: one of them may be an older copy, whose token has been used up and
 * ends both when it is shown (row 16, L5). Two log-ins of one account are allowed, so that this is advice.
 */
export const sameAccountWarnings = (files: readonly AuthFile[]): readonly ConfigProblem[] => {
  const first = new Map<string, AuthFile>();
  return files.flatMap((file): readonly ConfigProblem[] => {
    const owner = file.disabled || file.refresh_token === undefined ? undefined : ownerOf(file);
    if (owner === undefined) return [];
    const other = first.get(owner);
    if (other === undefined) first.set(owner, file);
    if (other === undefined || refreshFingerprint(other) === refreshFingerprint(file)) return [];
    const hint = 'when one of them is an older copy, remove it: its refresh token may end the account';
    return [{ where: file.source.where, expected: 'an account of its own', actual: `that of ${other.source.where}`, hint }];
  });
};

/**
 * What makes an account this account: the file's name, or for one that was handed in, its content. Nothing that a renewal changes is in it.
 */
const identityOf = (file: AuthFile): readonly unknown[] => {
  const { type, account_id, project_id, source } = file;
  return [type, source.path === undefined ? file : basename(source.path), account_id, project_id];
};

/** What token endpoints give, and what follows from it: all that a renewal may change in a file. */
const renewedMembers = [
  'access_token',
  'refresh_token',
  'id_token',
  'api_key',
  'profile_arn',
  'resource_url',
  'email',
  'expiresAt',
  'lastRefresh',
] as const satisfies readonly (keyof AuthFile)[];

/** The members of a file that a renewal may change, those that it has. */
export const tokensOf = (file: AuthFile): Partial<AuthFile> =>
  Object.fromEntries(renewedMembers.flatMap((member) => (file[member] === undefined ? [] : [[member, file[member]]])));

/** What an operator has said in a file: all of it but what a renewal may change, and where it lies. */
export const withoutTokens = ({ source: _source, ...file }: AuthFile): Partial<AuthFile> =>
  Object.fromEntries(Object.entries(file).filter(([member]) => !(renewedMembers as readonly string[]).includes(member)));

/** The credential's id: stable while its tokens rotate, and without anything secret. */
export const authFileId = (file: AuthFile): string => `${file.type}:${sha256(JSON.stringify(identityOf(file))).slice(0, 8)}`;
