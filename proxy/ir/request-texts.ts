import type { AssistantPart, ChatRequest, ToolOutput, UserPart } from './chat.ts';

const textsIn = (output: ToolOutput): readonly string[] => {
  if (output.form === 'text') return [output.text];
  return output.form === 'parts' ? output.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])) : [];
};

const textsOf = (part: UserPart | AssistantPart): readonly string[] => {
  switch (part.kind) {
    case 'tool-call':
      return [part.name, part.arguments];
    case 'tool-result':
      return textsIn(part.output);
    case 'image':
    case 'file':
      return [];
    default:
      return [part.text];
  }
};

/** Every text of a request that a model reads: instructions, turns, and the definitions of tools as JSON. */
export const requestTexts = ({ system, turns, tools }: ChatRequest): readonly string[] => [
  ...system,
  ...turns.flatMap(({ parts }): readonly (UserPart | AssistantPart)[] => parts).flatMap(textsOf),
  ...tools.map((tool) => JSON.stringify(tool)),
];
