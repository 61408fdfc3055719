import type { AssistantPart, Turn, UserPart } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';

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

/**
 * A conversation that ends in words of the assistant asks other vendors to write on from there (a prefill). OpenAI's models take them for
 * history and answer the person again (Chat Completions and Responses, "create").
 */
export const lossOfPrefill = (turns: readonly Turn[]): readonly Loss[] => {
  const last = turns.at(-1);
  if (last?.role !== 'assistant' || last.parts.at(-1)?.kind !== 'text') return [];
  return [
    { path: `turns[${turns.length - 1}].prefill`, why: 'OpenAI does not write on from the last words of the assistant, but answers anew' },
  ];
};
