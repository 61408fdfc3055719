type Headers = Readonly<Record<string, unknown>>;

/**
 * Anthropic's clients are known by their version header, Claude Code also by its name (sheet S6).
 * @param by what they are known by; older builds know only Claude Code
 */
export const isAnthropicClient = (
  { 'anthropic-version': version, 'user-agent': agent }: Headers,
  by: 'header-or-agent' | 'agent' = 'header-or-agent',
): boolean => (version !== undefined && by === 'header-or-agent') || (typeof agent === 'string' && agent.startsWith('claude-cli'));

/** Which dialect a path belongs to, for answers that are made before a route has taken over (no key, no such path, body too large). */
export const dialectOfPath = (path: string, headers: Headers): string => {
  if (path.startsWith('/v1beta')) return 'gemini-generate';
  if (path.startsWith('/v1/messages')) return 'anthropic-messages';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  if (path.startsWith('/v1/models') && isAnthropicClient(headers)) return 'anthropic-messages';
  return 'openai-chat';
};
