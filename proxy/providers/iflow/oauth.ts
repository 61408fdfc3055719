import { asObject, asText } from '../../dialects/reading.ts';
import { formRequest, readStandardTokens } from '../oauth.ts';
import type { NewTokens, OAuth, TokenRequest } from '../oauth.ts';

const withClient = (request: TokenRequest, id: string, secret: string): TokenRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
});

const userInfo = (tokenUrl: string, { access_token: token = '' }: NewTokens): string =>
  `${new URL('/api/oauth/getUserInfo', tokenUrl).href}?accessToken=${encodeURIComponent(token)}`;

const readUserInfo = (wire: unknown): NewTokens | undefined => {
  const data = asObject(asObject(wire)?.['data']);
  const [apiKey, email] = [asText(data?.['apiKey']), asText(data?.['email'])];
  return apiKey === undefined || apiKey === '' ? undefined : { api_key: apiKey, ...(email !== undefined && { email }) };
};

/** The model API takes the account's API key only, which is asked for with the OAuth token after every renewal (sheet R10). */
const oauth: OAuth = {
  baseUrl: () => 'https://apis.iflow.cn/v1',
  secret: ({ api_key, access_token }) => api_key ?? access_token,
  renewal: {
    tokenUrl: () => 'https://iflow.cn/oauth/token',
    request: ({ client_id: id, client_secret: secret }, refreshToken) => {
      const request = formRequest({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: id, client_secret: secret });
      return id === undefined || secret === undefined ? request : withClient(request, id, secret);
    },
    read: readStandardTokens,
    followUp: { url: userInfo, read: readUserInfo },
    leadMs: 24 * 3_600_000,
  },
};

export default oauth;
