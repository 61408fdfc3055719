import type { ContentPart, ImagePart, ToolOutput, ToolResultPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import type { WireObject } from '../reading.ts';

const formats: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/gif': 'gif', 'image/webp': 'webp' };

/** Images are inline, in one of four formats. */
export const writeImage = ({ source }: ImagePart, path: string, losses: Loss[]): readonly WireObject[] => {
  const format = source.kind === 'inline' ? formats[source.mediaType ?? ''] : undefined;
  if (source.kind === 'inline' && format !== undefined) return [{ format, source: { bytes: source.data } }];
  losses.push({ path, why: source.kind === 'url' ? 'Kiro takes images inline only' : 'Kiro takes PNG, JPEG, GIF and WebP only' });
  return [];
};

const textsOf = (parts: readonly ContentPart[], path: string, losses: Loss[]): readonly string[] =>
  parts.flatMap((part, index) => {
    if (part.kind === 'text') return [part.text];
    losses.push({ path: `${path}.output.parts[${index}]`, why: 'Kiro takes text only from tools' });
    return [];
  });

const outputTexts = (output: ToolOutput, path: string, losses: Loss[]): readonly string[] => {
  if (output.form === 'parts') return textsOf(output.parts, path, losses);
  return output.form === 'text' ? [output.text] : [];
};

/** A result without a word is one empty text: the list must not be empty. */
export const writeToolResult = ({ callId, output, isError }: ToolResultPart, path: string, losses: Loss[]): WireObject => {
  const texts = outputTexts(output, path, losses);
  return {
    toolUseId: callId,
    content: (texts.length > 0 ? texts : ['']).map((text) => ({ text })),
    status: isError ? 'error' : 'success',
  };
};
