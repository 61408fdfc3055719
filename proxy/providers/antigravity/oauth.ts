import { formRequest, readStandardTokens } from '../oauth.ts';
import type { OAuth } from '../oauth.ts';

/** Google accounts behind Antigravity; client id and secret are those of the log-in and come from the file (sheets 1.10, 1.11). */
const oauth: OAuth = {
  baseUrl: () => 'https://daily-cloudcode-pa.googleapis.com',
  renewal: {
    tokenUrl: () => 'https://oauth2.googleapis.com/token',
    request: ({ client_id, client_secret }, refreshToken) =>
      formRequest({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id, client_secret }),
    read: readStandardTokens,
    leadMs: 300_000,
  },
};

export default oauth;
