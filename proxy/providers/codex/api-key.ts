/** OpenAI's own API; only its accounts are served by the Codex backend (sheet 1.10). */
export const apiKeyBaseUrl = 'https://api.openai.com/v1';
