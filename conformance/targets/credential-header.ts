import type { ClientDialect } from '#scenarios/kit/cell';

const headerOf: Readonly<Record<ClientDialect, string>> = {
  'openai-chat': 'authorization',
  'openai-responses': 'authorization',
  'anthropic-messages': 'x-api-key',
  'gemini-generate': 'x-goog-api-key',
};

/** The client's key in the dialect's own header, or in the one that the target wants. `authorization` carries it as a bearer. */
export const credentialHeader = (dialect: ClientDialect, key: string, header?: string): Readonly<Record<string, string>> => {
  const name = (header ?? headerOf[dialect]).toLowerCase();
  return { [name]: name === 'authorization' ? `Bearer ${key}` : key };
};
