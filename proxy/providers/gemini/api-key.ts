/** Google's Gemini API. */
export const apiKeyBaseUrl = 'https://generativelanguage.googleapis.com';
