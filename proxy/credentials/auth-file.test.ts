import { describe, expect, it } from 'vitest';

import { loadFolders } from '../discovery.ts';
import type { Provider } from '../providers/provider.ts';
import { authCredential } from './auth-credential.ts';
import { authFileId, authFileTypes, duplicateProblems, parseAuthFile, sameAccountWarnings } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import { readExpiry, writeExpiry } from './expiry.ts';
import { vendorProblems } from './live-credentials.ts';
import { withNewTokens } from './new-tokens.ts';
import { labelOf } from './status.ts';

const providers = await loadFolders<Provider>(new URL('../providers/', import.meta.url));

const checked = (tree: unknown, path = '/auth/a.json') => parseAuthFile({ where: path, path }, tree);

const parsed = (tree: object, path?: string): AuthFile => {
  const { value, problems } = checked(tree, path);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
};

const noon = Date.parse('2026-11-20T12:00:00Z');

describe('an auth file', () => {
  it('has the types of the providers that have an oauth module, and no list names them', () => {
    const withOauth = [...providers.values()].filter(({ oauth }) => oauth !== undefined).map(({ id }) => id);
    expect(authFileTypes()).toEqual(withOauth.toSorted());
    expect(authFileTypes()).toEqual(['antigravity', 'claude', 'codex', 'iflow', 'kiro', 'qwen']);
  });

  it('is read with what it leaves out, and what nobody knows is no matter', () => {
    const tree = {
      type: 'codex',
      access_token: ' t ',
      account_id: 'acc',
      priority: '3',
      expired: '2026-11-20T12:00:00Z',
      last_refresh: '2026-11-19T12:00:00Z',
      id_token: '',
      websockets: true,
      disabled: null,
    };
    expect(checked(tree)).toEqual({
      value: {
        type: 'codex',
        access_token: 't',
        account_id: 'acc',
        priority: 3,
        weight: 1,
        disabled: false,
        excluded_models: [],
        model_aliases: [],
        headers: {},
        expiresAt: noon,
        lastRefresh: noon - 86_400_000,
        source: { where: '/auth/a.json', path: '/auth/a.json' },
      },
      problems: [],
      warnings: [],
    });
  });

  it('tells all that is wrong at once, and never a secret', () => {
    const tree = {
      type: 'kodex',
      refresh_token: ['planted'],
      base_url: 'ftp://x',
      priority: 'high',
      proxy_url: 'gopher://x',
      expired: 'soon',
    };
    const { value, problems } = checked(tree);
    expect(value).toBeUndefined();
    expect(problems.map(({ where }) => where)).toEqual([
      '/auth/a.json: type',
      '/auth/a.json: base_url',
      '/auth/a.json: proxy_url',
      '/auth/a.json: priority',
      '/auth/a.json: refresh_token',
      '/auth/a.json: expired',
    ]);
    expect(problems[0]).toMatchObject({ expected: 'one of antigravity, claude, codex, iflow, kiro, qwen', actual: '"kodex"' });
    expect(JSON.stringify(problems)).not.toContain('planted');
  });

  it('needs something to show the upstream', () => {
    expect(checked({ type: 'qwen', refresh_token: 'r' }).problems).toEqual([
      { where: '/auth/a.json: access_token', expected: 'access_token or api_key', actual: 'nothing' },
    ]);
  });

  it('may be written in camel case, as Kiro does', () => {
    const camel = {
      type: 'kiro',
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: '2026-11-20T12:00:00Z',
      authMethod: 'IdC',
      clientId: 'c',
      clientSecret: 's',
      profileArn: 'arn',
      region: 'eu-west-1',
    };
    const file = parsed(camel);
    expect(file).toMatchObject({
      access_token: 'a',
      refresh_token: 'r',
      expiresAt: noon,
      auth_method: 'idc',
      client_id: 'c',
      client_secret: 's',
      profile_arn: 'arn',
    });
    expect(vendorProblems([file], providers)).toEqual([]);
  });
});

describe('an expiry', () => {
  const seconds = noon / 1000;
  it.each<readonly [string, object, number | undefined]>([
    ['expired', { expired: '2026-11-20T13:00:00+01:00' }, noon],
    ['expires_at', { expires_at: '2026-11-20T12:00:00.000Z' }, noon],
    ['seconds', { expires_at: seconds }, noon],
    ['seconds as text', { expires_at: String(seconds) }, noon],
    ['milliseconds', { expiry_date: noon }, noon],
    ['a start and a duration', { timestamp: noon - 3_600_000, expires_in: 3_600 }, noon],
    ['a start as text', { timestamp: '2026-11-20T11:00:00Z', expires_in: '3600' }, noon],
    ['the zero time of some languages', { expired: '0001-01-01T00:00:00Z' }, undefined],
    ['empty text', { expired: '' }, undefined],
    ['a duration alone', { expires_in: 3_600 }, undefined],
    ['nonsense', { expires_at: 'soon' }, undefined],
  ])('is read from %s', (_name, tree, expected) => {
    expect(readExpiry(tree as Record<string, unknown>)).toBe(expected);
  });

  it('is written in every shape that the file has, and read back as the same time', () => {
    const later = noon + 1_800_000;
    const tree = { expired: 'x', expires_at: 1, expiry_date: noon, timestamp: 1_700_000_000, expires_in: 5 };
    expect(writeExpiry(tree, later, noon)).toEqual({
      expired: '2026-11-20T12:30:00.000Z',
      expires_at: later / 1000,
      expiry_date: later,
      timestamp: seconds,
      expires_in: 1_800,
    });
    expect(writeExpiry({ timestamp: noon - 1, expires_in: 1 }, later, noon)).toEqual({ timestamp: noon, expires_in: 1_800 });
    expect(writeExpiry({}, later, noon)).toEqual({ expired: '2026-11-20T12:30:00.000Z' });
  });
});

describe('new tokens', () => {
  it('go where the file has the old ones; the rest stays in its order', () => {
    const tree = { accessToken: 'a', refreshToken: 'r', region: 'eu-west-1', expiresAt: '2026-11-20T11:00:00Z', odd: [1] };
    const written = withNewTokens(tree, { access_token: 'b', refresh_token: 's', expiresIn: 60 }, noon, noon - 60_000);
    expect(written).toEqual({
      accessToken: 'b',
      refreshToken: 's',
      region: 'eu-west-1',
      expiresAt: '2026-11-20T12:00:00.000Z',
      odd: [1],
      last_refresh: '2026-11-20T11:59:00.000Z',
    });
  });
});

describe('accounts', () => {
  const codex = { type: 'codex', access_token: 'a', refresh_token: 'r', email: 'ada@example.com', account_id: 'acc' };

  it('have an id that neither rotation nor a moved folder changes, and that shows nothing', () => {
    const id = authFileId(parsed(codex, '/one/a.json'));
    expect(id).toMatch(/^codex:[0-9a-f]{8}$/);
    expect(authFileId(parsed({ ...codex, access_token: 'b', refresh_token: 's' }, '/two/a.json'))).toBe(id);
    expect(authFileId(parsed(codex, '/one/b.json'))).not.toBe(id);
  });

  it('with one refresh token are refused as duplicates, both files named', () => {
    const files = [parsed(codex, '/auth/a.json'), parsed({ ...codex, type: 'qwen' }, '/auth/b.json'), parsed(codex, '/auth/c.json')];
    expect(duplicateProblems(files)).toEqual([
      {
        where: '/auth/c.json: refresh_token',
        expected: 'a refresh token of its own',
        actual: 'the one of /auth/a.json',
        hint: 'remove one of the two files',
      },
    ]);
  });

  it('of one account with two refresh tokens are told, since one may be an older copy', () => {
    const copy = { ...codex, refresh_token: 'r-older' };
    const others = [
      parsed({ ...copy, refresh_token: 'r-disabled', disabled: true }, '/auth/disabled.json'),
      parsed({ ...copy, email: 'bob@example.com', refresh_token: 'r-bob' }, '/auth/bob.json'),
      parsed({ type: 'codex', access_token: 'a', refresh_token: 'r-unnamed' }, '/auth/unnamed.json'),
      parsed({ type: 'codex', access_token: 'b', refresh_token: 'r-unnamed-too' }, '/auth/unnamed-too.json'),
    ];
    expect(sameAccountWarnings([parsed(codex, '/auth/a.json'), ...others, parsed(copy, '/auth/copy.json')])).toEqual([
      {
        where: '/auth/copy.json',
        expected: 'an account of its own',
        actual: 'that of /auth/a.json',
        hint: 'when one of them is an older copy, remove it: its refresh token may end the account',
      },
    ]);
    expect(sameAccountWarnings([parsed(codex, '/auth/a.json'), parsed(codex, '/auth/b.json')])).toEqual([]);
  });

  it('are shown masked', () => {
    expect(labelOf(parsed(codex))).toBe('a***@example.com');
    expect(labelOf(parsed({ type: 'codex', access_token: 'a', account_id: 'account-4711' }))).toBe('acco***');
    expect(labelOf(parsed({ type: 'codex', access_token: 'a', account_id: '47' }))).toBe('4***');
    expect(labelOf(parsed({ type: 'iflow', api_key: 'k' }))).toBe('iflow');
  });

  it('go where the file says, else the configuration, else the vendor', () => {
    const baseOf = (file: object, upstreams = {}): string | undefined => {
      const account = parsed(file);
      const oauth = providers.get(account.type)?.oauth;
      return oauth && authCredential(account, oauth, { 'oauth-upstreams': upstreams }).baseUrl;
    };
    const configured = { codex: { 'base-url': 'http://configured' } };
    expect(baseOf({ ...codex, base_url: 'http://own/' }, configured)).toBe('http://own');
    expect(baseOf(codex, configured)).toBe('http://configured');
    expect(baseOf(codex)).toBe('https://chatgpt.com/backend-api/codex');
    const qwen = { type: 'qwen', access_token: 'a' };
    expect(baseOf(qwen)).toBe('https://portal.qwen.ai/v1');
    expect(baseOf({ ...qwen, resource_url: 'other.qwen.ai' })).toBe('https://other.qwen.ai/v1');
    expect(baseOf({ ...qwen, resource_url: 'http://other.qwen.ai/v1/' })).toBe('http://other.qwen.ai/v1');
    expect(baseOf({ type: 'kiro', access_token: 'a', region: 'eu-west-1' })).toBe('https://q.eu-west-1.amazonaws.com');
  });
});

describe('a Kiro file', () => {
  const social = { type: 'kiro', access_token: 'a', refresh_token: 'r', expires_at: '2026-11-20T12:00:00Z', auth_method: 'social' };
  const problemsOf = (tree: object): readonly string[] =>
    vendorProblems([parsed(tree)], providers).map(({ where, expected }) => `${where.split(': ')[1]}: ${expected}`);

  it('is checked for its way of logging in, all at once (row 16, L2)', () => {
    expect(problemsOf(social)).toEqual([]);
    expect(problemsOf({ type: 'kiro', access_token: 'a', auth_method: 'sso' })).toEqual([
      'refresh_token: text that is not empty',
      'expires_at: the time at which the token ends, RFC 3339',
      'auth_method: one of social, builder-id, idc',
    ]);
    expect(problemsOf({ ...social, auth_method: 'IdC' })).toEqual([
      'client_id: text that is not empty',
      'client_secret: text that is not empty',
      'region: text that is not empty',
    ]);
  });

  it('names no host by its region', () => {
    expect(problemsOf({ ...social, region: 'evil.example/' })).toEqual(['region: an AWS region such as us-east-1']);
  });
});
