import { claimsOf } from '../../credentials/jwt.ts';
import { asObject, asText } from '../../dialects/reading.ts';
import { clientIdOf, formRequest, readStandardTokens } from '../oauth.ts';
import type { OAuth } from '../oauth.ts';

const day = 86_400_000;

/** Codes after which OpenAI gives no more tokens for this refresh token (row 16, L5). */
const finalCodes = new Set(['refresh_token_reused', 'refresh_token_expired', 'refresh_token_invalidated']);

const codeIn = (said: unknown): string | undefined => {
  const error = asObject(said)?.['error'];
  return asText(error) ?? asText(asObject(error)?.['code']);
};

/** ChatGPT accounts (row 16 (d), sheet 1.10). */
const oauth: OAuth = {
  baseUrl: () => 'https://chatgpt.com/backend-api/codex',
  renewal: {
    tokenUrl: () => 'https://auth.openai.com/oauth/token',
    request: (file, refreshToken) =>
      formRequest({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: clientIdOf(file, claimsOf(file.access_token), claimsOf(file.id_token)),
        scope: 'openid profile email',
      }),
    read: readStandardTokens,
    leadMs: 5 * day,
    isFinal: (said) => finalCodes.has(codeIn(said) ?? ''),
  },
};

export default oauth;
