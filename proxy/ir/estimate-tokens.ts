import type { AssistantPart, ChatRequest, UserPart } from './chat.ts';
import { requestTexts } from './request-texts.ts';

/** English text and code come to about this many UTF-8 bytes per token with today's vocabularies. */
const bytesPerToken = 4;
/** What vendors count at most for one image that they have scaled down to their largest size, and about what one page of a file costs. */
const tokensPerImage = 1_600;

type Part = UserPart | AssistantPart;

const isMedia = ({ kind }: Part): boolean => kind === 'image' || kind === 'file';

const mediaOf = (part: Part): number => {
  if (isMedia(part)) return 1;
  const isList = part.kind === 'tool-result' && part.output.form === 'parts';
  return isList ? part.output.parts.filter(isMedia).length : 0;
};

/**
 * A guess at the input tokens of a request, by length alone: the UTF-8 bytes of instructions, turns, tool calls, tool outputs and tool
 * definitions (as JSON), divided by 4 and rounded up, and 1600 per image or file.
 */
export const estimateTokens = (request: ChatRequest): number => {
  const bytes = requestTexts(request).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const media = request.turns.flatMap(({ parts }): readonly Part[] => parts).reduce((sum, part) => sum + mediaOf(part), 0);
  return Math.ceil(bytes / bytesPerToken) + media * tokensPerImage;
};
