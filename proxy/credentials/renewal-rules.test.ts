import { afterEach, describe, expect, it } from 'vitest';

import { openTokenEndpoint } from '#fixtures/upstreams/token-endpoint';
import type { OtherAnswer, TokenEndpoint } from '#fixtures/upstreams/token-endpoint';

import { loadFolders, loadModules } from '../discovery.ts';
import type { Provider } from '../providers/provider.ts';
import type { Failure, Remedy } from '../remedies/remedy.ts';
import { authCredential } from './auth-credential.ts';
import { parseAuthFile } from './auth-file.ts';
import { LiveCredentials } from './live-credentials.ts';
import { expiryOf } from './new-tokens.ts';
import { allRenewalRules } from './renewal-rules.ts';
import type { RenewalRule } from './renewal-rules.ts';

// What each rule is good for, seen by switching it off.

const providers = await loadFolders<Provider>(new URL('../providers/', import.meta.url));

const noon = Date.parse('2026-11-20T12:00:00Z');
const hour = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const idle = (): AbortSignal => new AbortController().signal;

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Account {
  readonly endpoint: TokenEndpoint;
  readonly fresh: () => Promise<string>;
  readonly renewed: (secret: string) => Promise<string | undefined>;
  readonly pass: (ms: number) => void;
}

/** A Kiro account in memory, with a clock that only the test moves, and without one of the rules. */
const without = async (rule: RenewalRule | undefined, endsAt: number, ...answers: readonly OtherAnswer[]): Promise<Account> => {
  const endpoint = await openTokenEndpoint({ refreshToken: 'refresh-0', style: 'camel' });
  endpoint.answerNext(...answers);
  let now = noon;
  const clock = { now: () => now, after: () => ({ restart: () => undefined, stop: () => undefined }) };
  const live = new LiveCredentials(providers, { clock, log: () => undefined });
  const tree = {
    type: 'kiro',
    auth_method: 'social',
    access_token: 'access-0',
    refresh_token: 'refresh-0',
    profile_arn: 'arn:of-the-account',
    last_refresh: iso(noon - hour),
    expires_at: iso(endsAt),
    token_url: endpoint.url,
  };
  const file = parseAuthFile({ where: 'a file' }, tree).value;
  const oauth = providers.get('kiro')?.oauth;
  if (file === undefined || oauth === undefined) throw new Error('the file cannot be read');
  const config = { 'oauth-upstreams': {}, 'proxy-url': '' };
  live.use({ config, authFiles: [file], rules: new Set([...allRenewalRules].filter((each) => each !== rule)) });
  cleanups.push(
    () => endpoint.close(),
    () => live.close(),
  );
  const credential = authCredential(file, oauth, config);
  const failure = { credential, status: 401, bodyText: '' } as Failure;
  return {
    endpoint,
    fresh: async () => {
      const { secret, fields } = await live.fresh(credential, idle());
      return `${secret} ${fields['profile_arn'] ?? 'without a profile'}`;
    },
    renewed: async (secret) => (await live.renewed({ ...failure, credential: { ...credential, secret } }, idle()))?.secret,
    pass: (ms) => {
      now += ms;
    },
  };
};

const withoutMore: OtherAnswer = { status: 200, body: { accessToken: 'access-1', expiresIn: 3_600 } };

describe('without a rule', () => {
  it('a refused token is shown again until its file says that it has ended', async () => {
    const { renewed, pass, endpoint } = await without('renew-what-is-refused', noon + 2 * hour);
    expect(await renewed('access-0')).toBeUndefined();
    expect(endpoint.calls).toEqual([]);
    pass(2 * hour);
    expect(await renewed('access-0')).toBe('access-1');
  });

  it('two requests renew at once, and the vendor ends the account', async () => {
    const { fresh, endpoint } = await without('one-renewal-at-a-time', noon - hour);
    const release = endpoint.hold();
    const both = Promise.allSettled([fresh(), fresh()]);
    await endpoint.arrived(2);
    release();
    await both;
    expect(endpoint.calls.map(({ members }) => members['refreshToken'])).toEqual(['refresh-0', 'refresh-0']);
    expect(endpoint.refreshToken()).toBeUndefined();
  });

  it('a refresh token that was refused is shown again', async () => {
    const { fresh, pass, endpoint } = await without('refusals-are-final', noon - hour);
    endpoint.revoke();
    await expect(fresh()).rejects.toThrow(/could not be renewed/);
    pass(hour);
    await expect(fresh()).rejects.toThrow(/could not be renewed/);
    expect(endpoint.calls).toHaveLength(2);
  });

  it('what an answer leaves out is lost', async () => {
    const { fresh, pass, endpoint } = await without('keep-what-is-left-out', noon - hour, withoutMore);
    expect(await fresh()).toBe('access-1 without a profile');
    pass(2 * hour);
    expect(await fresh()).toBe('access-1 without a profile');
    expect(endpoint.calls).toHaveLength(1);
  });

  it('a token without a lifetime is renewed with every request', async () => {
    const endless: OtherAnswer = { status: 200, body: { accessToken: 'access-1', expiresIn: 0 } };
    const { fresh, endpoint } = await without('assume-a-lifetime', noon - hour, endless, endless);
    await expect(fresh()).rejects.toThrow(/could not be renewed/);
    await expect(fresh()).rejects.toThrow(/could not be renewed/);
    expect(endpoint.calls).toHaveLength(2);
  });
});

describe('with all of them', () => {
  it('the same account goes on', async () => {
    const { fresh, pass, endpoint } = await without(undefined, noon - hour, withoutMore);
    expect(await fresh()).toBe('access-1 arn:of-the-account');
    pass(2 * hour);
    expect(await fresh()).toBe('access-1 arn:of-the-account');
    expect(endpoint.calls.map(({ members }) => members['refreshToken'])).toEqual(['refresh-0', 'refresh-0']);
  });

  it('a new token that has ended by its own claim lives for an hour: its vendor’s clock is behind', () => {
    const claiming = (endsAt: number): string => `e30.${Buffer.from(JSON.stringify({ exp: endsAt / 1000 })).toString('base64url')}.x`;
    expect(expiryOf({ access_token: claiming(noon - hour) }, noon)).toBe(noon + hour);
    expect(expiryOf({ access_token: claiming(noon + 2 * hour) }, noon)).toBe(noon + 2 * hour);
    expect(expiryOf({ access_token: claiming(noon - hour) }, noon, false)).toBe(noon - hour);
  });
});

it('each rule is one remedy of row 16', async () => {
  const remedies = await loadModules<Remedy>(new URL('../remedies/', import.meta.url), 'remedy');
  const cited = [...remedies.values()].flatMap(({ renews, matrixRow }) => (renews === undefined ? [] : [{ renews, matrixRow }]));
  expect(cited.map(({ renews }) => renews).sort()).toEqual([...allRenewalRules].sort());
  expect(new Set(cited.map(({ matrixRow }) => matrixRow))).toEqual(new Set([16]));
});
