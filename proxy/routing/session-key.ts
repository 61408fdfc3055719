import { createHash } from 'node:crypto';

import type { ChatRequest } from '../ir/chat.ts';

/** What of a request tells which conversation it belongs to. */
export interface SessionSigns {
  /** Whose request it is: names that two clients happen to share are two conversations. */
  readonly client: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly tree: Readonly<Record<string, unknown>>;
  /** The neutral request, for its first user turn. @throws for what cannot be read. */
  readonly neutral: () => ChatRequest;
}

const headerNames = ['session_id', 'session-id', 'x-session-id'];

/** Most telling first: OpenAI's cache key is per conversation, `user` and `safety_identifier` only per person. */
const fieldNames = ['prompt_cache_key', 'user', 'safety_identifier'];

const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

const userIdOf = (metadata: unknown): string | undefined =>
  metadata !== null && typeof metadata === 'object' ? text((metadata as Readonly<Record<string, unknown>>)['user_id']) : undefined;

const named = ({ headers, tree }: SessionSigns): string | undefined =>
  [...headerNames.map((name) => text(headers[name])), userIdOf(tree['metadata']), ...fieldNames.map((name) => text(tree[name]))].find(
    (value) => value !== undefined,
  );

/** A conversation without a name keeps its beginning while it grows. */
const beginning = ({ neutral }: SessionSigns): string | undefined => {
  try {
    const first = neutral().turns.find(({ role }) => role === 'user');
    return first === undefined ? undefined : JSON.stringify(first);
  } catch {
    return undefined;
  }
};

/**
 * A digest that stays the same through a conversation: of `session_id` or `x-session-id`, Anthropic's `metadata.user_id`, OpenAI's
 * `prompt_cache_key`, `user` or `safety_identifier`, else of the first user turn; always together with the client.
 */
export const sessionKey = (signs: SessionSigns): string | undefined => {
  const sign = named(signs) ?? beginning(signs);
  return sign === undefined ? undefined : createHash('sha256').update(`${signs.client}\n${sign}`).digest('base64url').slice(0, 22);
};
