import type { AssistantPart, Turn, UserPart } from '../../ir/chat.ts';

/** Anthropic refuses a request with any other character in the id of a call. */
const taken = /^[\w-]+$/;

const idsOf = (turns: readonly Turn[]): ReadonlySet<string> =>
  new Set(
    turns.flatMap(({ parts }) =>
      parts.flatMap((part) => (part.kind === 'tool-call' ? [part.id] : part.kind === 'tool-result' ? [part.callId] : [])),
    ),
  );

/** What each id that Anthropic refuses is called there: `call.1:a` is `call_1_a`, or with a number behind it where that is another call's. */
const namesOf = (ids: ReadonlySet<string>): ReadonlyMap<string, string> => {
  const used = new Set([...ids].filter((id) => taken.test(id)));
  const names = new Map<string, string>();
  for (const id of ids) {
    if (taken.test(id)) continue;
    const plain = id.replaceAll(/[^\w-]/g, '_') || 'call';
    let name = plain;
    for (let count = 2; used.has(name); count += 1) name = `${plain}_${count}`;
    used.add(name);
    names.set(id, name);
  }
  return names;
};

/**
 * The conversation with ids of calls as Anthropic takes them. Ids of other vendors' calls come along when a thread changes its model
 * (sheet row 18 (e) 4); a call and its result keep one id, and ids that are taken stay as they are.
 */
export const withTakenCallIds = (turns: readonly Turn[]): readonly Turn[] => {
  const names = namesOf(idsOf(turns));
  if (names.size === 0) return turns;
  const named = (id: string): string => names.get(id) ?? id;
  const call = (part: AssistantPart): AssistantPart => (part.kind === 'tool-call' ? { ...part, id: named(part.id) } : part);
  const result = (part: UserPart): UserPart => (part.kind === 'tool-result' ? { ...part, callId: named(part.callId) } : part);
  return turns.map((turn) =>
    turn.role === 'user' ? { ...turn, parts: turn.parts.map(result) } : { ...turn, parts: turn.parts.map(call) },
  );
};
