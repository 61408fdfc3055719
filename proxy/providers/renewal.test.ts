import { describe, expect, it } from 'vitest';

import { openTokenEndpoint } from '#fixtures/upstreams/token-endpoint';
import type { OtherAnswer, TokenCall } from '#fixtures/upstreams/token-endpoint';

import { parseAuthFile } from '../credentials/auth-file.ts';
import type { AuthFile } from '../credentials/auth-file.ts';
import { RenewalFailure, requestTokens } from '../credentials/request-tokens.ts';
import { loadFolders } from '../discovery.ts';
import type { NewTokens } from './oauth.ts';
import type { Provider } from './provider.ts';

const providers = await loadFolders<Provider>(new URL('./', import.meta.url));

const parsed = (tree: object): AuthFile => {
  const { value, problems } = parseAuthFile({ where: 'a' }, { access_token: 'a', refresh_token: 'r0', ...tree });
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
};

const renewalOf = (type: string) => {
  const renewal = providers.get(type)?.oauth?.renewal;
  if (renewal === undefined) throw new Error(`${type} renews nothing`);
  return renewal;
};

interface Renewed {
  readonly calls: readonly TokenCall[];
  readonly tokens: NewTokens | undefined;
  readonly failure: RenewalFailure | undefined;
}

const renew = async (
  tree: Readonly<Record<string, string>> & { readonly type: string },
  ...answers: readonly OtherAnswer[]
): Promise<Renewed> => {
  const style = tree.type === 'kiro' ? 'camel' : 'oauth';
  const endpoint = await openTokenEndpoint({ refreshToken: 'r0', style });
  endpoint.answerNext(...answers);
  const address = { tokenUrl: `${endpoint.url}/token`, proxyUrl: '', timeoutMs: 5_000 };
  const asked = requestTokens(parsed(tree), renewalOf(tree.type), address);
  const result = await asked.then(
    (tokens) => ({ tokens, failure: undefined }),
    (failure: unknown) => ({ tokens: undefined, failure: failure as RenewalFailure }),
  );
  await endpoint.close();
  return { calls: endpoint.calls, ...result };
};

const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('a renewal', () => {
  it('of ChatGPT is a form; the client is the one that the token was issued to', async () => {
    const { calls, tokens } = await renew({ type: 'codex', access_token: jwt({ client_id: 'app_1' }) });
    const [call] = calls;
    expect(call?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(call?.members).toEqual({ grant_type: 'refresh_token', refresh_token: 'r0', client_id: 'app_1', scope: 'openid profile email' });
    expect(tokens).toEqual({ access_token: 'access-1', refresh_token: 'refresh-1', expiresIn: 3_600 });
  });

  it('of Claude is JSON', async () => {
    const { calls } = await renew({ type: 'claude', client_id: 'c' });
    expect(calls[0]?.headers['content-type']).toBe('application/json');
    expect(calls[0]?.members).toEqual({ grant_type: 'refresh_token', refresh_token: 'r0', client_id: 'c' });
  });

  it('of Antigravity and Qwen is a form', async () => {
    const google = await renew({ type: 'antigravity', client_id: 'c', client_secret: 's' });
    expect(google.calls[0]?.members).toEqual({ grant_type: 'refresh_token', refresh_token: 'r0', client_id: 'c', client_secret: 's' });
    const answer = { status: 200, body: { access_token: 'b', expires_in: 21_600, resource_url: 'new.qwen.ai' } };
    const qwen = await renew({ type: 'qwen', client_id: 'c' }, answer);
    expect(qwen.calls[0]?.members).toEqual({ grant_type: 'refresh_token', refresh_token: 'r0', client_id: 'c' });
    expect(qwen.tokens).toEqual({ access_token: 'b', expiresIn: 21_600, resource_url: 'new.qwen.ai' });
  });

  it('of iFlow asks for the API key with the new token', async () => {
    const answers = [
      { status: 200, body: { access_token: 'b', refresh_token: 'r1', expires_in: 259_200 } },
      { status: 200, body: { success: true, data: { apiKey: 'sk-new', email: 'ada@example.com' } } },
    ];
    const { calls, tokens } = await renew({ type: 'iflow', client_id: 'c', client_secret: 's' }, ...answers);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /token', 'GET /api/oauth/getUserInfo?accessToken=b']);
    expect(calls[0]?.headers.authorization).toBe(`Basic ${Buffer.from('c:s').toString('base64')}`);
    expect(tokens).toEqual({ access_token: 'b', refresh_token: 'r1', expiresIn: 259_200, api_key: 'sk-new', email: 'ada@example.com' });
  });

  it('of iFlow keeps what it got when the API key cannot be had', async () => {
    const { tokens, failure } = await renew({ type: 'iflow' }, { status: 200, body: { access_token: 'b' } }, { status: 500 });
    expect([tokens, failure]).toEqual([{ access_token: 'b' }, undefined]);
  });

  it('of Kiro goes by the way of logging in', async () => {
    const { request, tokenUrl } = renewalOf('kiro');
    const social = parsed({ type: 'kiro', auth_method: 'social' });
    expect(tokenUrl(social)).toBe('https://prod.us-east-1.auth.desktop.kiro.dev/refreshToken');
    expect(JSON.parse(request(social, 'r0').body)).toEqual({ refreshToken: 'r0' });
    const idc = parsed({ type: 'kiro', auth_method: 'IdC', region: 'eu-west-1', client_id: 'c', client_secret: 's' });
    expect(tokenUrl(idc)).toBe('https://oidc.eu-west-1.amazonaws.com/token');
    expect(JSON.parse(request(idc, 'r0').body)).toEqual({
      clientId: 'c',
      clientSecret: 's',
      refreshToken: 'r0',
      grantType: 'refresh_token',
    });
    expect(tokenUrl(parsed({ type: 'kiro', auth_method: 'builder-id', region: 'eu-west-1' }))).toBe(
      'https://oidc.us-east-1.amazonaws.com/token',
    );
    const answer = { status: 200, body: { accessToken: 'b', refreshToken: '', profileArn: 'arn', expiresIn: 0 } };
    expect((await renew({ type: 'kiro', auth_method: 'social' }, answer)).tokens).toEqual({
      access_token: 'b',
      profile_arn: 'arn',
      expiresIn: 0,
    });
  });

  it('names the proxy itself and nobody else', async () => {
    for (const type of ['codex', 'claude', 'antigravity', 'qwen', 'iflow', 'kiro']) {
      const { calls } = await renew({ type, auth_method: 'social' });
      expect(calls[0]?.headers['user-agent']).toMatch(/^wireproof-proxy\//);
    }
  });
});

describe('a renewal that is refused', () => {
  const refusals: readonly (readonly [string, OtherAnswer, boolean, string])[] = [
    ['codex', { status: 400, body: { error: 'invalid_grant' } }, true, 'The token endpoint answered 400 (invalid_grant).'],
    [
      'codex',
      { status: 401, body: { error: { code: 'refresh_token_reused' } } },
      true,
      'The token endpoint answered 401 (refresh_token_reused).',
    ],
    [
      'codex',
      { status: 400, body: { error: { code: 'refresh_token_reused' } } },
      true,
      'The token endpoint answered 400 (refresh_token_reused).',
    ],
    ['codex', { status: 400, body: { error: 'invalid_client' } }, false, 'The token endpoint answered 400 (invalid_client).'],
    ['qwen', { status: 401, body: '' }, true, 'The token endpoint answered 401.'],
    ['qwen', { status: 429, body: {} }, false, 'The token endpoint answered 429.'],
    ['qwen', { status: 503, body: { error: 'invalid_grant' } }, false, 'The token endpoint answered 503 (invalid_grant).'],
    ['qwen', { status: 302, body: '' }, false, 'The token endpoint answered 302.'],
    ['qwen', { status: 200, body: { error: 'invalid_grant' } }, false, 'The token endpoint answered 200 without a token.'],
    ['qwen', {}, false, 'The token endpoint gave no answer (UND_ERR_SOCKET).'],
    ['kiro', { status: 400, body: { message: 'Invalid refresh token provided' } }, true, 'The token endpoint answered 400.'],
    ['kiro', { status: 400, body: { __type: 'InvalidGrantException' } }, true, 'The token endpoint answered 400 (InvalidGrantException).'],
    ['kiro', { status: 400, body: { message: 'Improperly formed request' } }, false, 'The token endpoint answered 400.'],
  ];

  it.each(refusals)('%s %j is final: %s', async (type, answer, isFinal, message) => {
    const { failure } = await renew({ type, auth_method: 'social' }, answer);
    expect(failure).toBeInstanceOf(RenewalFailure);
    expect([failure?.isFinal, failure?.message]).toEqual([isFinal, message]);
  });

  it('by silence ends after its time', async () => {
    const endpoint = await openTokenEndpoint({ refreshToken: 'r0' });
    const release = endpoint.hold();
    const address = { tokenUrl: endpoint.url, proxyUrl: '', timeoutMs: 50 };
    const failure = await requestTokens(parsed({ type: 'qwen' }), renewalOf('qwen'), address).catch((error: unknown) => error);
    release();
    await endpoint.close();
    expect((failure as RenewalFailure).message).toBe('The token endpoint gave no answer (TIMEOUT).');
  });
});
