import { formRequest, readStandardTokens } from '../oauth.ts';
import type { OAuth } from '../oauth.ts';

const portal = 'portal.qwen.ai';

/** The token's answer names a host, mostly without scheme and version (row 19 (b)). */
const baseOf = (resource: string): string => {
  const url = /^https?:\/\//.test(resource) ? resource : `https://${resource}`;
  const base = url.replace(/\/+$/, '');
  return base.endsWith('/v1') ? base : `${base}/v1`;
};

/** Qwen accounts (rows 16 (d), 19). */
const oauth: OAuth = {
  baseUrl: ({ resource_url }) => baseOf(resource_url ?? portal),
  renewal: {
    tokenUrl: () => 'https://chat.qwen.ai/api/v1/oauth2/token',
    request: ({ client_id }, refreshToken) => formRequest({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id }),
    read: readStandardTokens,
    leadMs: 1_200_000,
  },
  problems: ({ resource_url }) =>
    resource_url === undefined || URL.canParse(baseOf(resource_url))
      ? []
      : [{ member: 'resource_url', expected: 'a host or an http or https URL' }],
};

export default oauth;
