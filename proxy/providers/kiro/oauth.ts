import { asObject, asText } from '../../dialects/reading.ts';
import type { AuthFile } from '../../credentials/auth-file.ts';
import { jsonRequest, readCamelCaseTokens } from '../oauth.ts';
import type { MemberProblem, OAuth } from '../oauth.ts';

/** How an account has logged in; each way has its own token endpoint, and the other one refuses its tokens for good (row 16, L2). */
const methods = ['social', 'builder-id', 'idc'] as const;

/** Region names become part of a host name, so nothing else may be in them. */
const regionForm = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;
const builderRegion = 'us-east-1';

const usesOidc = ({ auth_method: method }: AuthFile): boolean => method === 'idc' || method === 'builder-id';

const tokenUrl = (file: AuthFile): string => {
  if (!usesOidc(file)) return 'https://prod.us-east-1.auth.desktop.kiro.dev/refreshToken';
  const region = file.auth_method === 'idc' ? (file.region ?? builderRegion) : builderRegion;
  return `https://oidc.${region}.amazonaws.com/token`;
};

const oidcMembers = ['client_id', 'client_secret', 'region'] as const;

const missing = (file: AuthFile, members: readonly (keyof AuthFile)[]): readonly MemberProblem[] =>
  members.filter((member) => file[member] === undefined).map((member) => ({ member, expected: 'text that is not empty' }));

/** All that is missing for renewing (row 16 (d), "validate on import"). */
const problems = (file: AuthFile): readonly MemberProblem[] => [
  ...missing(file, ['refresh_token']),
  ...(file.expiresAt === undefined ? [{ member: 'expires_at', expected: 'the time at which the token ends, RFC 3339' }] : []),
  ...(methods.some((method) => method === file.auth_method) ? [] : [{ member: 'auth_method', expected: `one of ${methods.join(', ')}` }]),
  ...(usesOidc(file) ? missing(file, oidcMembers) : []),
  ...(file.region === undefined || regionForm.test(file.region) ? [] : [{ member: 'region', expected: 'an AWS region such as us-east-1' }]),
];

const isFinal = (said: unknown): boolean => {
  const answer = asObject(said);
  return /invalid refresh token|InvalidGrant/i.test(`${asText(answer?.['message']) ?? ''} ${asText(answer?.['__type']) ?? ''}`);
};

/** Kiro accounts: social log-in, AWS Builder ID, or an organisation's IAM Identity Center (row 16 (b)). */
const oauth: OAuth = {
  baseUrl: ({ region }) => `https://q.${region ?? builderRegion}.amazonaws.com`,
  renewal: {
    tokenUrl,
    request: (file, refreshToken) =>
      usesOidc(file)
        ? jsonRequest({ clientId: file.client_id, clientSecret: file.client_secret, refreshToken, grantType: 'refresh_token' })
        : jsonRequest({ refreshToken }),
    read: readCamelCaseTokens,
    leadMs: 1_200_000,
    isFinal,
  },
  problems,
};

export default oauth;
