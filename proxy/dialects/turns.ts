import type { AssistantPart, Turn, UserPart } from '../ir/chat.ts';

type Growing = { readonly role: 'user'; readonly parts: UserPart[] } | { readonly role: 'assistant'; readonly parts: AssistantPart[] };

/** Turns in which user and assistant alternate: neighbours of one role become one turn, parts in order. */
export const mergeTurns = (turns: readonly Turn[]): readonly Turn[] => {
  const merged: Growing[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (turn.role === 'user' && last?.role === 'user') last.parts.push(...turn.parts);
    else if (turn.role === 'assistant' && last?.role === 'assistant') last.parts.push(...turn.parts);
    else merged.push(turn.role === 'user' ? { role: 'user', parts: [...turn.parts] } : { role: 'assistant', parts: [...turn.parts] });
  }
  return merged;
};

/** Tool names by call id, for dialects whose results carry only one of the two. A later call with the same id wins. */
export const toolNamesById = (turns: readonly Turn[]): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const part of turns.flatMap<Turn['parts'][number]>((turn) => turn.parts)) {
    if (part.kind === 'tool-call') names.set(part.id, part.name);
  }
  return names;
};
