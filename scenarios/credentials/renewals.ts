import { exchange } from '#fixtures/catalogue';
import { tokenNumber, type AccountCall } from '#fixtures/upstreams/accounts/account-script';
import { shownAccount } from '#fixtures/upstreams/blocked-account';
import type { Play, Script, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  cannotTell,
  converse,
  deviates,
  holds,
  inShort,
  says,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';
import type { StepContext } from '#scenarios/kit/probe';

/** What the scenarios of row 16 have in common: accounts whose tokens are numbered, and what their vendors see of them. */

export const saidByUpstream = 'Wireproof says ok.';

const hour = 3_600;
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** An account of ChatGPT whose token was got a minute ago and is good for two hours, by its file. */
export const codexAccount = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: 'codex',
  prefix: 'lapsed',
  base_url: '{upstream:codex}',
  token_url: '{accounts}/auth.openai.com/oauth/token',
  account_id: `account-${name}`,
  access_token: `{account:${name}}-access-0`,
  refresh_token: `{account:${name}}-refresh-0`,
  last_refresh: '{in:-60}',
  expired: `{in:${2 * hour}}`,
  models: ['gpt-5.1-codex'],
  ...more,
});

/** Vendors end tokens by the clock; here the question says from which one on they are good. */
const goodFrom = /\[good from (\d+)\]/;

const shownNumber = (request: Pick<UpstreamRequest, 'headers' | 'query'>): number | undefined => tokenNumber(shownAccount(request));

const isEnded = (request: UpstreamRequest): boolean => {
  const wanted = goodFrom.exec(request.bodyBytes.toString('utf8'))?.[1];
  return wanted !== undefined && (shownNumber(request) ?? -1) < Number(wanted);
};

/** The vendor's 401 for a token that has ended or was revoked. */
const unauthorized = ({ surface }: UpstreamRequest): Play => {
  const known = exchange(`${surface}/dead-token`);
  const chunks = [{ afterMs: 0, utf8: JSON.stringify({ detail: 'Your authentication token has expired. Please sign in again.' }) }];
  return { exchange: known.id, made: { ...known, response: { ...known.response, status: 401, chunks } } };
};

/** Answers with text those whose token is good, as the question says it. */
export const servesGoodTokens = (): Script => answer('text').when(isEnded, unauthorized);

/** Answers with text whoever does not show the token that stood in the account's file. */
export const servesRenewedTokens = (): Script => answer('text').when((request) => shownNumber(request) === 0, unauthorized);

interface AskOptions {
  readonly after?: readonly string[];
  readonly laterMs?: number;
  /** The name of a model of another account that the scenario brings along. */
  readonly of?: string;
  /** The number of the first token that is good now; all are when nothing is said. */
  readonly from?: number;
}

/** A short question to one of the accounts. */
export const ask = ({ cell, model }: StepContext, { of, from, ...options }: AskOptions = {}): Probe => {
  const text = from === undefined ? 'Say ok.' : `Say ok. [good from ${from}]`;
  return converse(cell, { model: of ?? model('lapsed'), text, maxOutputTokens: 16 }, options);
};

const isRenewal = ({ kind }: AccountCall): boolean => kind === 'renewal';

/** What token endpoints were asked in these steps, each once, as they came. */
export const renewalsIn = (...sights: readonly FullSight[]): readonly AccountCall[] =>
  [
    ...new Map(sights.flatMap(({ accountCalls = [] }) => accountCalls.map((call) => [`${call.account} ${call.index}`, call]))).values(),
  ].filter(isRenewal);

const withAccount = (sights: readonly FullSight[], judge: () => Reading): Reading =>
  sights.some(({ accountCalls }) => accountCalls === undefined)
    ? cannotTell('not-visible-here', 'the target was given no account of this scenario')
    : judge();

/** Holds when token endpoints were asked with these refresh tokens, by number, in the steps taken together. */
export const renewedWith = (sights: readonly FullSight[], expected: readonly number[]): Reading =>
  withAccount(sights, () => {
    const actual = renewalsIn(...sights).map(({ shown }) => tokenNumber(shown) ?? shown);
    return JSON.stringify(actual) === JSON.stringify(expected)
      ? holds()
      : deviates({ expected: { 'refresh tokens shown': expected }, actual: { 'refresh tokens shown': actual } });
  });

/** Holds when at most so many renewals were asked for in the steps taken together. */
export const renewedAtMost = (sights: readonly FullSight[], most: number): Reading =>
  withAccount(sights, () => {
    const actual = renewalsIn(...sights).length;
    return actual <= most ? holds() : deviates({ expected: `at most ${most} renewals`, actual: `${actual} renewals` });
  });

/** Holds when the upstream was asked with these access tokens, by number, in turn. */
export const shownAccess = (sight: FullSight, expected: readonly number[]): Reading => {
  const actual = sight.upstreamCalls.map((call) => shownNumber(call) ?? 'no token of the account');
  return JSON.stringify(actual) === JSON.stringify(expected)
    ? holds()
    : deviates({ expected: { 'access tokens shown': expected }, actual: { 'access tokens shown': actual } });
};

/** Holds when the question was put with the token of the account's file, and nothing was renewed for it. */
export const showsGoodToken = (sight: FullSight): Reading =>
  allOf(shownAccess(sight, [0]), renewedWith([sight], []), says(sight, saidByUpstream));

/** Names of models behind the prefixes of accounts that scenarios bring along. */
export const codexModel = (prefix: string): string => `${prefix}/gpt-5.1-codex`;
export const kiroModel = (logIn: KiroLogIn): string => `${logIn}/kiro-claude-sonnet-4-5`;

/** Holds for any failure that is told in a body of JSON; a hang or an empty answer tells nobody anything. */
export const failsInWords = (sight: FullSight): Reading =>
  sight.status >= 400 && sight.end === 'complete' && sight.json !== undefined
    ? holds()
    : deviates({ expected: 'an error with a JSON body', actual: inShort(sight) });

const desktop = 'prod.us-east-1.auth.desktop.kiro.dev/refreshToken';

/** Where Kiro renews the tokens of each way of logging in (row 16 (b) 2). */
export const kiroEndpoints = {
  social: desktop,
  builder: 'oidc.us-east-1.amazonaws.com/token',
  organisation: 'oidc.eu-west-1.amazonaws.com/token',
} as const;
export type KiroLogIn = keyof typeof kiroEndpoints;

const kiroTokens = (name: KiroLogIn) => ({
  type: 'kiro',
  prefix: name,
  base_url: '{accounts}/q.us-east-1.amazonaws.com',
  accessToken: `{account:${name}}-access-0`,
  refreshToken: `{account:${name}}-refresh-0`,
  expiresAt: `{in:${2 * hour}}`,
  lastRefresh: '{in:-60}',
  profileArn: `arn:aws:codewhisperer:us-east-1:000000000000:profile/${name}`,
});

const client = { clientId: 'wireproof-client', clientSecret: 'wireproof-client-secret' };

/** Kiro's files as its own tools write them: camel case, and the method of organisations with capitals. */
export const kiroFiles = [
  { ...kiroTokens('social'), authMethod: 'social' },
  { ...kiroTokens('builder'), ...client, authMethod: 'builder-id', region: 'us-east-1' },
  { ...kiroTokens('organisation'), ...client, authMethod: 'IdC', region: 'eu-west-1' },
] as const;

/** Token endpoints that were asked, each with its host. */
export const endpointsIn = (...sights: readonly FullSight[]): readonly string[] =>
  renewalsIn(...sights).map(({ host, path }) => `${host}${path}`);

/** Holds when renewals were asked for, and all of them were granted. */
export const renewalsGranted = (sights: readonly FullSight[]): Reading =>
  withAccount(sights, () => {
    const statuses = renewalsIn(...sights).map(({ status }) => status);
    return statuses.length > 0 && statuses.every((status) => status === 200)
      ? holds()
      : deviates({ expected: 'renewals that are all granted', actual: statuses });
  });

/** Where the file of an account is that has this address. */
export const fileOf = (email: string): string => `auth/${email}.json`;
