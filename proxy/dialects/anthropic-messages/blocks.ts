import type { AssistantPart, ContentPart, FilePart, ImagePart, TextPart, ToolOutput, ToolResultPart, UserPart } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossOfDetail } from '../files.ts';
import { rawJson } from '../splice-json.ts';
import { asArray, asObject, asText, needObject, needText, refuse, type WireObject } from '../reading.ts';
import { readArguments, whyArgumentsWereWrapped } from '../tool-arguments.ts';
import { fileFromWire, fileToWire } from './documents.ts';
import { imageFromWire, imageToWire, isRedacted, own, reasoningFromWire, reasoningToWire, unreadKeys } from './wire.ts';

/** Content blocks of a request, both ways. A reader gives `undefined` for a block that has no neutral form, and says so in `losses`. */

export interface Reading {
  readonly losses: Loss[];
  /** Names of the tool calls read so far, by id. */
  readonly toolNames: Map<string, string>;
}

const noteUnread = (block: WireObject, path: string, losses: Loss[], ...read: readonly string[]): void => {
  for (const key of unreadKeys(block, ...read)) losses.push({ path: `${path}.${key}`, why: 'has no neutral form on a content block' });
};

const noteUnknown = (block: WireObject, path: string, { losses }: Reading): undefined => {
  losses.push({ path, why: `a block of type ${needText(block['type'], `${path}.type`)} has no neutral form here` });
  return undefined;
};

/** A string is one text block. */
export const blocksOf = (content: unknown, path: string): readonly WireObject[] => {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const blocks = asArray(content) ?? refuse(path, 'a string or an array of blocks', content);
  return blocks.map((block, index) => needObject(block, `${path}[${index}]`));
};

export const readTextBlock = (block: WireObject, path: string, { losses }: Reading): TextPart => {
  noteUnread(block, path, losses, 'text');
  return { kind: 'text', text: needText(block['text'], `${path}.text`) };
};

const readImageBlock = (block: WireObject, path: string, reading: Reading): ImagePart | undefined => {
  const image = imageFromWire(block, path);
  if (!image) return noteUnknown(block, path, reading);
  noteUnread(block, path, reading.losses, 'source');
  return image;
};

const readDocument = (block: WireObject, path: string, reading: Reading): FilePart | undefined => {
  const file = fileFromWire(block, path);
  if (!file) return noteUnknown(block, path, reading);
  noteUnread(block, path, reading.losses, 'source', 'title');
  return file;
};

export const readUserBlock = (block: WireObject, path: string, reading: Reading): UserPart | undefined => {
  if (block['type'] === 'text') return readTextBlock(block, path, reading);
  if (block['type'] === 'image') return readImageBlock(block, path, reading);
  if (block['type'] === 'document') return readDocument(block, path, reading);
  if (block['type'] === 'tool_result') return readToolResult(block, path, reading);
  return noteUnknown(block, path, reading);
};

export const readAssistantBlock = (block: WireObject, path: string, reading: Reading): AssistantPart | undefined => {
  const type = block['type'];
  if (type === 'text') return readTextBlock(block, path, reading);
  if (type === 'thinking' || type === 'redacted_thinking') return reasoningFromWire(block);
  if (type !== 'tool_use') return noteUnknown(block, path, reading);
  noteUnread(block, path, reading.losses, 'id', 'name', 'input');
  const id = needText(block['id'], `${path}.id`);
  const name = needText(block['name'], `${path}.name`);
  reading.toolNames.set(id, name);
  return { kind: 'tool-call', id, name, arguments: JSON.stringify(block['input'] ?? {}) };
};

const readToolResult = (block: WireObject, path: string, reading: Reading): ToolResultPart => {
  noteUnread(block, path, reading.losses, 'tool_use_id', 'content', 'is_error');
  const callId = needText(block['tool_use_id'], `${path}.tool_use_id`);
  const name = reading.toolNames.get(callId);
  const output = readToolOutput(block['content'], `${path}.content`, reading);
  return { kind: 'tool-result', callId, ...(name !== undefined && { name }), output, isError: block['is_error'] === true };
};

/** Missing, null, "" and [] differ on the wire and stay apart (sheet R3 e 1). One block without its array counts as an array of one. */
const readToolOutput = (content: unknown, path: string, reading: Reading): ToolOutput => {
  if (content === undefined) return { form: 'missing' };
  if (content === null) return { form: 'null' };
  if (typeof content === 'string') return { form: 'text', text: content };
  const single = asObject(content);
  if (single) return { form: 'parts', parts: [readOutputBlock(single, path, reading)] };
  return { form: 'parts', parts: blocksOf(content, path).map((block, index) => readOutputBlock(block, `${path}[${index}]`, reading)) };
};

/** What a tool said must reach the model, so a block without a neutral form is kept as its JSON text. */
const readOutputBlock = (block: WireObject, path: string, reading: Reading): ContentPart => {
  const { type } = block;
  if (type === 'text' && asText(block['text']) !== undefined) return readTextBlock(block, path, reading);
  const media = type === 'image' ? imageFromWire(block, path) : type === 'document' ? fileFromWire(block, path) : undefined;
  if (media) return media;
  reading.losses.push({ path, why: 'has no neutral form in a tool result; kept as its JSON text' });
  return { kind: 'text', text: JSON.stringify(block) };
};

/** `undefined` for a part that Anthropic does not take. */
export const writeUserPart = (part: UserPart, path: string, losses: Loss[]): WireObject | undefined =>
  part.kind === 'tool-result' ? writeToolResult(part, path, losses) : writeContent(part, path, losses);

const writeContent = (part: ContentPart, path: string, losses: Loss[]): WireObject | undefined => {
  losses.push(...lossOfDetail(part, path));
  if (part.kind === 'text') return { type: 'text', text: part.text };
  return part.kind === 'image' ? imageToWire(part) : fileToWire(part, path, losses);
};

const writeToolResult = ({ callId, output, isError }: ToolResultPart, path: string, losses: Loss[]): WireObject => ({
  type: 'tool_result',
  tool_use_id: callId,
  ...(output.form !== 'missing' && { content: contentOf(output, `${path}.output.parts`, losses) }),
  ...(isError && { is_error: true }),
});

const contentOf = (output: Exclude<ToolOutput, { form: 'missing' }>, path: string, losses: Loss[]): unknown => {
  if (output.form === 'null') return null;
  if (output.form === 'text') return output.text;
  return output.parts.flatMap((part, index) => writeContent(part, `${path}[${index}]`, losses) ?? []);
};

/** `undefined` for reasoning that Anthropic did not sign: it would be refused. */
export const writeAssistantPart = (part: AssistantPart, path: string, losses: Loss[]): WireObject | undefined => {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  if (part.kind === 'tool-call') {
    const { intact, text } = readArguments(part.arguments);
    if (!intact) losses.push({ path: `${path}.arguments`, why: whyArgumentsWereWrapped });
    return { type: 'tool_use', id: part.id, name: part.name, input: rawJson(text) };
  }
  if (part.signature?.issuer === own) {
    if (isRedacted(part.signature) && part.text) losses.push({ path: `${path}.text`, why: 'redacted thinking has no text' });
    return reasoningToWire(part);
  }
  losses.push({ path, why: 'Anthropic accepts only reasoning that it signed itself' });
  return undefined;
};
