import type { AssistantPart, ChatEvent, ChatResponse } from './chat.ts';

/** The event that opens a part. */
export const startOf = (part: AssistantPart, index: number): ChatEvent => {
  if (part.kind === 'reasoning') return { kind: 'part-start', index, part: part.kind };
  if (part.kind === 'text') return { kind: 'part-start', index, part: part.kind, ...(part.refusal && { refusal: part.refusal }) };
  const { id, name, custom } = part;
  return { kind: 'part-start', index, part: part.kind, id, name, ...(custom && { custom }) };
};

const contentOf = (part: AssistantPart, index: number): ChatEvent[] => {
  const text = part.kind === 'tool-call' ? part.arguments : part.text;
  const { logprobs, citations = [] } = part.kind === 'text' ? part : {};
  return [
    ...(text === '' && logprobs === undefined ? [] : [{ kind: 'delta', index, text, ...(logprobs && { logprobs }) } as const]),
    ...citations.map((citation): ChatEvent => ({ kind: 'citation', index, citation })),
  ];
};

/** All of one part. */
export const partEvents = (part: AssistantPart, index: number): ChatEvent[] => {
  const signature = part.kind === 'reasoning' ? part.signature : undefined;
  return [
    startOf(part, index),
    ...contentOf(part, index),
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
