import type { DialectId } from '../ir/chat.ts';

/** The names that rules have for what a client speaks. */
const namesOfDialect: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['openai'],
  'openai-completions': ['openai'],
  'openai-responses': ['responses', 'response', 'openai-response', 'openai-responses', 'codex'],
  'anthropic-messages': ['claude'],
  'gemini-generate': ['gemini'],
};

const knownAs = (dialect: DialectId, name: string): boolean => (namesOfDialect[dialect] ?? [dialect]).includes(name);

/** Providers that rules know by a name of their own, although they speak another's dialect. */
const ownNameOnly: ReadonlySet<string> = new Set(['codex', 'antigravity']);

export const isFromProtocol = (dialect: DialectId, name: string): boolean => knownAs(dialect, name.toLowerCase());

export const isProtocol = ({ provider, dialect }: { readonly provider: string; readonly dialect: DialectId }, name: string): boolean => {
  const wanted = name.toLowerCase();
  if (wanted === provider) return true;
  return !ownNameOnly.has(provider) && wanted !== 'codex' && knownAs(dialect, wanted);
};
