import { createHash } from 'node:crypto';

/**
 * Names an API key in logs, metrics and as the key of what routing remembers: the same after a reload, wherever it stands in its list,
 * and without the secret. Auth files have theirs from `credentials/auth-file.ts`.
 * @example credentialId('openai-chat', 'https://api.openai.com/v1', 'sk-…') // 'openai-chat:1f0c9a7b'
 */
export const credentialId = (channel: string, baseUrl: string, secret: string): string =>
  `${channel}:${createHash('sha256').update(`${baseUrl}\n${secret}`).digest('hex').slice(0, 8)}`;
