import type { AssistantPart, ChatEvent, ChatResponse } from './chat.ts';

const startOf = (part: AssistantPart, index: number): ChatEvent =>
  part.kind === 'tool-call'
    ? { kind: 'part-start', index, part: part.kind, id: part.id, name: part.name }
    : { kind: 'part-start', index, part: part.kind };

const partEvents = (part: AssistantPart, index: number): ChatEvent[] => {
  const text = part.kind === 'tool-call' ? part.arguments : part.text;
  const signature = part.kind === 'reasoning' ? part.signature : undefined;
  return [
    startOf(part, index),
    ...(text === '' ? [] : [{ kind: 'delta', index, text } as const]),
    ...(signature === undefined ? [] : [{ kind: 'signature', index, ...signature } as const]),
    { kind: 'part-end', index },
  ];
};

/** A whole answer as the shortest stream that says the same: for a client that streams behind an upstream that answered plain JSON. */
export const asEvents = (response: ChatResponse): ChatEvent[] => [
  { kind: 'start', id: response.id, model: response.model },
  ...response.parts.flatMap(partEvents),
  { kind: 'stop', ...response.stop, ...(response.usage && { usage: response.usage }) },
];
