import type {
  AssistantPart,
  ChatRequest,
  ContentPart,
  FilePart,
  TextPart,
  ToolCallPart,
  ToolOutput,
  ToolResultPart,
  UserPart,
} from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { newToolNames, ownExtensions, writtenArguments, type ToolNames } from '../conversation.ts';
import { dataUrlOf, fileNameOf } from '../files.ts';
import { urlOfImage } from '../image-url.ts';
import { present } from '../reading.ts';
import { lossOfPrefill } from '../turns.ts';
import { unsaidSettings, writeSettings } from './settings.ts';
import { writeTool, writeToolChoice } from './tools.ts';

/** JSON text of a Responses body. Instructions are developer messages, as in the Codex translation of sheet P13. */
export const encodeRequest = (request: ChatRequest): Translated<string> => {
  const own = ownExtensions(request.extensions, 'openai-responses');
  const losses: Loss[] = [...own.losses, ...unsaidSettings(request), ...lossOfPrefill(request.turns)];
  const body = {
    ...own.fields,
    model: request.model,
    input: writeInput(request, losses),
    ...(request.tools.length > 0 && { tools: request.tools.map(writeTool) }),
    ...(request.toolChoice && { tool_choice: writeToolChoice(request.toolChoice, request) }),
    ...writeSettings(request, own.fields),
    ...(request.stream && { stream: true }),
  };
  return { value: JSON.stringify(body), losses };
};

const writeInput = ({ system, turns }: ChatRequest, losses: Loss[]): object[] => {
  const names = newToolNames();
  return [
    ...system.map((text) => message('developer', [{ type: 'input_text', text }])),
    ...turns.flatMap((turn, index) => {
      const path = `turns[${index}].parts`;
      return turn.role === 'user' ? writeUserTurn(turn.parts, path, names, losses) : writeAssistantTurn(turn.parts, path, names, losses);
    }),
  ];
};

const message = (role: string, content: readonly object[]): object => ({ type: 'message', role, content });

const writeUserTurn = (parts: readonly UserPart[], path: string, names: ToolNames, losses: Loss[]): object[] =>
  inRuns(
    parts,
    (part, index) => (part.kind === 'tool-result' ? undefined : writeContent(part, `${path}[${index}]`, losses)),
    (content) => message('user', content),
    (part, index) => (part.kind === 'tool-result' ? [writeToolResult(part, `${path}[${index}]`, names, losses)] : []),
  );

const writeAssistantTurn = (parts: readonly AssistantPart[], path: string, names: ToolNames, losses: Loss[]): object[] =>
  inRuns(
    parts,
    (part) => (part.kind === 'text' ? { type: 'output_text', text: part.text } : undefined),
    (content) => message('assistant', content),
    (part, index) => (part.kind === 'text' ? [] : writeAssistantItem(part, `${path}[${index}]`, names, losses)),
  );

/** Neighbouring parts with content become one message; every other part is an item of its own, or none. Order is kept. */
const inRuns = <Part>(
  parts: readonly Part[],
  contentOf: (part: Part, index: number) => object | undefined,
  messageOf: (content: readonly object[]) => object,
  itemsOf: (part: Part, index: number) => readonly object[],
): object[] => {
  const items: object[] = [];
  let run: object[] = [];
  const endRun = (): void => {
    if (run.length > 0) items.push(messageOf(run));
    run = [];
  };
  parts.forEach((part, index) => {
    const content = contentOf(part, index);
    if (content === undefined) {
      endRun();
      items.push(...itemsOf(part, index));
    } else run.push(content);
  });
  endRun();
  return items;
};

const writeContent = (part: ContentPart, path: string, losses: Loss[]): object => {
  if (part.kind === 'text') return { type: 'input_text', text: part.text };
  if (part.kind === 'file') return writeFile(part, path, losses);
  return { type: 'input_image', image_url: urlOfImage(part), detail: part.detail ?? 'auto' };
};

const writeFile = (file: FilePart, path: string, losses: Loss[]): object => {
  const { source, name } = file;
  if (source.kind === 'inline') return { type: 'input_file', filename: fileNameOf(file), file_data: dataUrlOf(source) };
  if (source.mediaType !== undefined) losses.push({ path: `${path}.source.mediaType`, why: 'files by URL have no media type here' });
  return { type: 'input_file', file_url: source.url, ...present({ filename: name }) };
};

const writeToolResult = (result: ToolResultPart, path: string, names: ToolNames, losses: Loss[]): object => {
  losses.push(...names.lossOfName(result, path));
  if (result.isError) losses.push({ path: `${path}.isError`, why: 'a function_call_output has no field that says that the tool failed' });
  const type = result.custom ? 'custom_tool_call_output' : 'function_call_output';
  return { type, call_id: result.callId, ...writeOutput(result.output, `${path}.output`, losses) };
};

const writeOutput = (output: ToolOutput, path: string, losses: Loss[]): { output?: unknown } => {
  if (output.form === 'missing') return {};
  if (output.form === 'null') return { output: null };
  if (output.form === 'text') return { output: output.text };
  return { output: output.parts.map((part, index) => writeContent(part, `${path}.parts[${index}]`, losses)) };
};

const writeCall = ({ id, name, arguments: args, custom }: ToolCallPart): object =>
  custom
    ? { type: 'custom_tool_call', call_id: id, name, input: args }
    : { type: 'function_call', call_id: id, name, arguments: writtenArguments(args) };

const writeAssistantItem = (part: Exclude<AssistantPart, TextPart>, path: string, names: ToolNames, losses: Loss[]): readonly object[] => {
  if (part.kind === 'tool-call') {
    names.called(part);
    return [writeCall(part)];
  }
  if (part.signature?.issuer !== 'openai-responses') {
    losses.push({ path, why: 'reasoning goes back only with the seal of this API' });
    return [];
  }
  const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
  return [{ type: 'reasoning', summary, encrypted_content: part.signature.value }];
};
