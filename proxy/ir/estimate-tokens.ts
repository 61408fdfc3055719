import type { AssistantPart, ChatRequest, ToolOutput, UserPart } from './chat.ts';

/** English text and code come to about this many UTF-8 bytes per token with today's vocabularies. */
const bytesPerToken = 4;
/** What vendors count at most for one image that they have scaled down to their largest size. */
const tokensPerImage = 1_600;

type Part = UserPart | AssistantPart;

const textsIn = (output: ToolOutput): readonly string[] => {
  if (output.form === 'text') return [output.text];
  return output.form === 'parts' ? output.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])) : [];
};

const textsOf = (part: Part): readonly string[] => {
  if (part.kind === 'tool-call') return [part.name, part.arguments];
  if (part.kind === 'tool-result') return textsIn(part.output);
  return part.kind === 'image' ? [] : [part.text];
};

const imagesOf = (part: Part): number => {
  if (part.kind === 'image') return 1;
  const isList = part.kind === 'tool-result' && part.output.form === 'parts';
  return isList ? part.output.parts.filter(({ kind }) => kind === 'image').length : 0;
};

/**
 * A guess at the input tokens of a request, by length alone: the UTF-8 bytes of instructions, turns, tool calls, tool outputs and tool
 * definitions (as JSON), divided by 4 and rounded up, and 1600 per image.
 */
export const estimateTokens = ({ system, turns, tools }: ChatRequest): number => {
  const parts = turns.flatMap(({ parts: inTurn }): readonly Part[] => inTurn);
  const texts = [...system, ...parts.flatMap(textsOf), ...tools.map((tool) => JSON.stringify(tool))];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const images = parts.reduce((sum, part) => sum + imagesOf(part), 0);
  return Math.ceil(bytes / bytesPerToken) + images * tokensPerImage;
};
