/** Anthropic's API. */
export const apiKeyBaseUrl = 'https://api.anthropic.com';
