/** Which dialect a path belongs to, for answers that are made before a route has taken over (no key, no such path, body too large). */
export const dialectOfPath = (path: string, headers: Readonly<Record<string, unknown>>): string => {
  if (path.startsWith('/v1beta')) return 'gemini-generate';
  if (path.startsWith('/v1/messages')) return 'anthropic-messages';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  if (path.startsWith('/v1/models') && headers['anthropic-version'] !== undefined) return 'anthropic-messages';
  return 'openai-chat';
};
