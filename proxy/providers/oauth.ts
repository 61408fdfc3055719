import type { AuthFile } from '../credentials/auth-file.ts';
import { asArray, asObject, asText, present } from '../dialects/reading.ts';
import type { WireObject } from '../dialects/reading.ts';

/** What a provider knows about its auth files: where their upstream is and how their tokens are renewed. Data and pure functions. */

/** A POST that asks for new tokens; its address is the provider's or the configuration's. */
export interface TokenRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a token endpoint gives, under the names that auth files have for it. */
export interface NewTokens {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly api_key?: string;
  readonly profile_arn?: string;
  readonly resource_url?: string;
  readonly email?: string;
  /** Seconds; absent when the answer does not say. */
  readonly expiresIn?: number;
}

/** A second request that some vendors need: what the model API takes as its key is got with the new token. */
export interface FollowUp {
  readonly url: (tokenUrl: string, tokens: NewTokens) => string;
  readonly read: (wire: unknown) => NewTokens | undefined;
}

/** A member of an auth file that is not what the vendor needs. */
export interface MemberProblem {
  /** Its name in the file. */
  readonly member: string;
  readonly expected: string;
}

export interface Renewal {
  /** Used unless the file or `oauth-upstreams` names another. */
  readonly tokenUrl: (file: AuthFile) => string;
  readonly request: (file: AuthFile, refreshToken: string) => TokenRequest;
  /** `undefined` when no token is in the answer. */
  readonly read: (wire: unknown) => NewTokens | undefined;
  readonly followUp?: FollowUp;
  /** How long before its end a token is renewed, in milliseconds. */
  readonly leadMs: number;
  /** Whether the vendor means, beyond the usual codes, that only a new log-in helps. `said` is the answer's JSON. */
  readonly isFinal?: (said: unknown) => boolean;
}

export interface OAuth {
  /** Used unless the file or `oauth-upstreams` names another. */
  readonly baseUrl: (file: AuthFile) => string;
  /** What goes upstream as the credential; the access token unless the vendor wants another. */
  readonly secret?: (file: AuthFile) => string | undefined;
  /** Absent: the tokens are used as they are. */
  readonly renewal?: Renewal;
  /** What the vendor needs in a file, beyond a token; all of it at once. */
  readonly problems?: (file: AuthFile) => readonly MemberProblem[];
}

const accept = { accept: 'application/json' };

/** Members without a value are left out. */
export const formRequest = (members: Readonly<Record<string, string | undefined>>): TokenRequest => ({
  headers: { ...accept, 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(present(members) as Record<string, string>).toString(),
});

/** Members without a value are left out. */
export const jsonRequest = (members: Readonly<Record<string, string | undefined>>): TokenRequest => ({
  headers: { ...accept, 'content-type': 'application/json' },
  body: JSON.stringify(members),
});

const filledText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const asSeconds = (value: unknown): number | undefined => {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : undefined;
};

/** Reads RFC 6749's answer. An empty refresh token is none: the old one stays (row 16, L3). */
export const readStandardTokens = (wire: unknown): NewTokens | undefined => {
  const answer = asObject(wire);
  const token = filledText(answer?.['access_token']);
  if (answer === undefined || token === undefined) return undefined;
  return {
    access_token: token,
    ...present({
      refresh_token: filledText(answer['refresh_token']),
      id_token: filledText(answer['id_token']),
      resource_url: filledText(answer['resource_url']),
      expiresIn: asSeconds(answer['expires_in']),
    }),
  };
};

/** The same in the camel case of AWS and Kiro. */
export const readCamelCaseTokens = (wire: unknown): NewTokens | undefined => {
  const answer = asObject(wire);
  const token = filledText(answer?.['accessToken']);
  if (answer === undefined || token === undefined) return undefined;
  return {
    access_token: token,
    ...present({
      refresh_token: filledText(answer['refreshToken']),
      profile_arn: filledText(answer['profileArn']),
      expiresIn: asSeconds(answer['expiresIn']),
    }),
  };
};

/**
 * The client that a token was issued to: the file says it, or the token itself. A refresh token works for its own client only, and the
 * proxy brings no client of its own.
 */
export const clientIdOf = ({ client_id }: AuthFile, ...claims: readonly (WireObject | undefined)[]): string | undefined =>
  client_id ?? claims.map(clientIn).find((id) => id !== undefined);

const clientIn = (claims: WireObject | undefined): string | undefined => {
  const audience = claims?.['aud'];
  return asText(claims?.['client_id']) ?? asText(claims?.['azp']) ?? asText(audience) ?? asText(asArray(audience)?.[0]);
};
