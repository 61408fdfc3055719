import { probe, deviates, holds, inShort, type CallerSight, type Probe, type Reading } from '#scenarios/kit/index';

import { codexAccount } from './renewals.ts';

/** Accounts in files, as operators see and change them by way of the management API. */

export const managementKey = 'wireproof-management-key-of-accounts';

/** Where the vendors of accounts are that come without an address of their own. */
export const vendorsInConfig = {
  'remote-management': { 'secret-key': managementKey },
  'oauth-upstreams': {
    codex: { 'base-url': '{upstream:codex}', 'token-gateway': '{accounts}' },
    kiro: { 'base-url': '{accounts}/q.us-east-1.amazonaws.com', 'token-gateway': '{accounts}' },
  },
} as const;

/** The file's name is the address, and the listing shows it masked. */
export const emailOf = (name: string): string => `${name}@accounts.example`;

/** Without addresses: those of its vendor are in the configuration. */
export const filedAccount = (name: string, more: Readonly<Record<string, unknown>> = {}) => {
  const { base_url: _base, token_url: _token, ...file } = codexAccount(name);
  return { ...file, email: emailOf(name), ...more };
};

type Options = Partial<Pick<Probe, 'method' | 'after' | 'laterMs' | 'body'>>;

/** Asks the management API about auth files, with its key. */
export const authFiles = (query: string, options: Options): Probe =>
  probe({
    dialect: 'openai-chat',
    method: 'GET',
    path: `/v0/management/auth-files${query}`,
    credential: { headers: { 'x-management-key': managementKey } },
    ...options,
  });

type Entry = Readonly<Record<string, unknown>>;

/** The files of a listing. */
export const listed = ({ json }: CallerSight): readonly Entry[] => {
  const files = (json as { readonly files?: unknown } | null | undefined)?.files;
  return Array.isArray(files) ? (files as readonly Entry[]) : [];
};

/** Judges the entry of one account's file. */
export const entryOf = (sight: CallerSight, name: string, judge: (entry: Entry) => Reading): Reading => {
  const entry = listed(sight).find((each) => each['name'] === `${emailOf(name)}.json`);
  return entry === undefined ? deviates({ expected: `an entry of ${emailOf(name)}.json`, actual: inShort(sight) }) : judge(entry);
};

/** Holds when the entry says this of the account, and no token of any is in the listing. */
export const entrySays = (sight: CallerSight, name: string, expected: Entry, words: RegExp = /^/): Reading =>
  entryOf(sight, name, (entry) => {
    const actual = Object.fromEntries(Object.keys(expected).map((key) => [key, entry[key]]));
    const message = entry['status_message'] === undefined ? '' : JSON.stringify(entry['status_message']);
    if (/-(?:access|refresh)-\d/.test(sight.bodyText)) return deviates({ expected: 'no token in the listing', actual: 'one' });
    return JSON.stringify(actual) === JSON.stringify(expected) && words.test(message)
      ? holds()
      : deviates({ expected: { ...expected, status_message: words.source }, actual: { ...actual, status_message: message } });
  });
