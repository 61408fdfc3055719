import type {
  AssistantPart,
  ChatRequest,
  ContentPart,
  FilePart,
  ImagePart,
  TextPart,
  ToolCallPart,
  ToolOutput,
  ToolResultPart,
  UserPart,
} from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { newToolNames, ownExtensions, writtenArguments, type ToolNames } from '../conversation.ts';
import { dataUrlOf, fileNameOf, isMedia, isText } from '../files.ts';
import { urlOfImage } from '../image-url.ts';
import { asObject, present } from '../reading.ts';
import { lossOfPrefill } from '../turns.ts';
import { unsaidSettings, writeSettings } from './settings.ts';
import { writeTool, writeToolChoice } from './tools.ts';
import type { WireContent, WireCustomCall, WireFilePart, WireImagePart, WireMessage, WireTextPart, WireToolCall } from './wire.ts';

/** JSON text of a Chat Completions body. A streamed request always asks for usage, whatever the client wants to see of it. */
export const encodeRequest = (request: ChatRequest): Translated<string> => {
  const own = ownExtensions(request.extensions, 'openai-chat');
  const losses: Loss[] = [...own.losses, ...unsaidSettings(request), ...lossOfPrefill(request.turns)];
  const body = {
    ...own.fields,
    model: request.model,
    messages: writeMessages(request, losses),
    ...(request.tools.length > 0 && { tools: request.tools.map(writeTool) }),
    ...(request.toolChoice && { tool_choice: writeToolChoice(request.toolChoice, request) }),
    ...writeSettings(request),
    ...(request.stream && { stream: true, stream_options: { ...asObject(own.fields['stream_options']), include_usage: true } }),
  };
  return { value: JSON.stringify(body), losses };
};

const writeMessages = ({ system, turns }: ChatRequest, losses: Loss[]): WireMessage[] => {
  const names = newToolNames();
  return [
    ...system.map((content) => ({ role: 'system', content }) as const),
    ...turns.flatMap((turn, index) => {
      const path = `turns[${index}].parts`;
      return turn.role === 'user' ? writeUserTurn(turn.parts, path, names, losses) : [writeAssistantTurn(turn.parts, path, names, losses)];
    }),
  ];
};

/**
 * One message per tool result and one per run of other parts. Tool messages carry text only and must follow the call without anything
 * in between, so the images and files of a run of results are held back and open the user message that follows the run.
 */
const writeUserTurn = (parts: readonly UserPart[], path: string, names: ToolNames, losses: Loss[]): WireMessage[] => {
  const messages: WireMessage[] = [];
  const held: WirePart[] = [];
  let run: WirePart[] = [];
  const endRun = (): void => {
    if (run.length > 0) messages.push({ role: 'user', content: contentOf(run) });
    run = [];
  };
  parts.forEach((part, index) => {
    const at = `${path}[${index}]`;
    if (part.kind === 'tool-result') {
      endRun();
      messages.push(writeToolResult(part, at, names, losses));
      held.push(...writeHeld(part.output, `${at}.output`, losses));
    } else run.push(...held.splice(0), ...writePart(part, at, losses));
  });
  run.push(...held);
  endRun();
  return messages;
};

const whyMediaMove = 'a tool message carries text only; its images and files are sent in the user message that follows';

const writeHeld = (output: ToolOutput, path: string, losses: Loss[]): WirePart[] => {
  if (output.form !== 'parts' || !output.parts.some(isMedia)) return [];
  losses.push({ path, why: whyMediaMove });
  return output.parts.flatMap((part, index) => (isMedia(part) ? writePart(part, `${path}.parts[${index}]`, losses) : []));
};

const writeToolResult = (result: ToolResultPart, path: string, names: ToolNames, losses: Loss[]): WireMessage => {
  losses.push(...names.lossOfName(result, path), ...names.lossOfKind(result, path));
  if (result.isError) losses.push({ path: `${path}.isError`, why: 'a tool message has no field that says that the tool failed' });
  return { role: 'tool', tool_call_id: result.callId, ...writeOutput(result.output) };
};

const writeOutput = (output: ToolOutput): { content?: WireContent | null } => {
  if (output.form === 'missing') return {};
  if (output.form === 'null') return { content: null };
  if (output.form === 'text') return { content: output.text };
  const texts = output.parts.filter(isText);
  return { content: texts.length === 0 && output.parts.length > 0 ? '' : texts.map(writeText) };
};

type WirePart = WireTextPart | WireImagePart | WireFilePart;

const writeText = ({ text }: TextPart): WireTextPart => ({ type: 'text', text });

const writePart = (part: ContentPart, path: string, losses: Loss[]): readonly WirePart[] => {
  if (part.kind === 'text') return [writeText(part)];
  return part.kind === 'image' ? [writeImage(part, path, losses)] : writeFile(part, path, losses);
};

const details = new Set(['low', 'high']);

const writeImage = (image: ImagePart, path: string, losses: Loss[]): WireImagePart => {
  const { detail } = image;
  const known = detail === undefined || details.has(detail);
  if (!known) losses.push({ path: `${path}.detail`, why: 'Chat Completions knows no such detail of images' });
  return { type: 'image_url', image_url: { url: urlOfImage(image), ...present({ detail: known ? detail : undefined }) } };
};

const writeFile = (file: FilePart, path: string, losses: Loss[]): readonly WireFilePart[] => {
  if (file.source.kind === 'inline') return [{ type: 'file', file: { filename: fileNameOf(file), file_data: dataUrlOf(file.source) } }];
  losses.push({ path, why: 'Chat Completions takes files inline only, not by URL' });
  return [];
};

/** A single text is written as a string, which every upstream reads. */
const contentOf = (parts: readonly WirePart[]): WireContent => {
  const [first] = parts;
  return parts.length === 1 && first?.type === 'text' ? first.text : parts;
};

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, names: ToolNames, losses: Loss[]): WireMessage => {
  const texts: WireTextPart[] = [];
  const calls: (WireToolCall | WireCustomCall)[] = [];
  parts.forEach((part, index) => {
    if (part.kind === 'reasoning') losses.push({ path: `${path}[${index}]`, why: 'Chat Completions takes no reasoning of earlier turns' });
    else if (part.kind === 'tool-call') {
      names.called(part);
      calls.push(writeCall(part));
    } else {
      if (calls.length > 0) losses.push({ path: `${path}[${index}]`, why: 'text after a tool call is written before it' });
      texts.push(writeText(part));
    }
  });
  const content = texts.length > 0 ? contentOf(texts) : calls.length > 0 ? null : '';
  return { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) };
};

const writeCall = ({ id, name, arguments: args, custom }: ToolCallPart): WireToolCall | WireCustomCall =>
  custom
    ? { id, type: 'custom', custom: { name, input: args } }
    : { id, type: 'function', function: { name, arguments: writtenArguments(args) } };
