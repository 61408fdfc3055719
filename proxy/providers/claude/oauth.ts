import { jsonRequest, readStandardTokens } from '../oauth.ts';
import type { OAuth } from '../oauth.ts';

/** Claude accounts; their tokens are opaque, so the client that they were issued to has to be in the file (row 16 (d)). */
const oauth: OAuth = {
  baseUrl: () => 'https://api.anthropic.com',
  renewal: {
    tokenUrl: () => 'https://platform.claude.com/v1/oauth/token',
    request: ({ client_id }, refreshToken) => jsonRequest({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id }),
    read: readStandardTokens,
    leadMs: 4 * 3_600_000,
  },
};

export default oauth;
