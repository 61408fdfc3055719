import type { AssistantPart, ChatRequest, JsonObject, ToolChoice, ToolDefinition, Turn, UserPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { RequestAddress } from '../dialect.ts';
import {
  asText,
  needArray,
  needObject,
  needText,
  optionalArray,
  optionalFlag,
  optionalNumber,
  optionalObject,
  optionalText,
  present,
  refuse,
  without,
  type WireObject,
} from '../reading.ts';
import { blocksOf, readAssistantBlock, readTextBlock, readUserBlock, type Reading } from './blocks.ts';
import { readFormat } from './output-config.ts';
import { readThinking } from './thinking.ts';
import { own } from './wire.ts';

/** Everything else at the top of a request is kept in the extension as it came. */
const read = new Set([
  'model',
  'stream',
  'system',
  'messages',
  'tools',
  'tool_choice',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
  'stop_sequences',
  'thinking',
  'output_config',
]);

/** Reads a body of `POST /v1/messages`. @throws ProxyError invalid-request, naming the path. */
export const decodeRequest = (wire: unknown, address: RequestAddress): Translated<ChatRequest> => {
  const body = needObject(wire, 'body');
  const reading: Reading = { losses: [], toolNames: new Map() };
  const { instructions, turns } = readMessages(body['messages'], reading);
  const { reasoning, vendor: unread } = readThinking(body);
  const { format, vendor } = readFormat(unread);
  const tools = readTools(body['tools'], reading.losses);
  const choice = optionalObject(body['tool_choice'], 'tool_choice');
  const { user, rest: metadata } = readMetadata(body['metadata']);
  const extension = { ...without(body, read), ...vendor, ...tools.vendor, ...metadata };
  const value: ChatRequest = {
    model: needText(body['model'] ?? address.model, 'model'),
    stream: body['stream'] === true,
    system: [...readSystem(body['system'], 'system', reading), ...instructions],
    turns,
    tools: tools.definitions,
    ...present({
      toolChoice: choice && readToolChoice(choice),
      maxOutputTokens: optionalNumber(body['max_tokens'], 'max_tokens'),
      temperature: optionalNumber(body['temperature'], 'temperature'),
      topP: optionalNumber(body['top_p'], 'top_p'),
      topK: optionalNumber(body['top_k'], 'top_k'),
      format,
      parallelToolCalls: choice && readParallel(choice),
      user,
      stop: optionalArray(body['stop_sequences'], 'stop_sequences')?.map((text, i) => needText(text, `stop_sequences[${i}]`)),
    }),
    ...reasoning,
    wantsUsage: true,
    extensions: Object.keys(extension).length > 0 ? { [own]: extension as JsonObject } : {},
  };
  return { value, losses: reading.losses };
};

const readSystem = (system: unknown, path: string, reading: Reading): readonly string[] => {
  if (system === undefined || system === null) return [];
  return blocksOf(system, path).map((block, index) => readTextBlock(block, `${path}[${index}]`, reading).text);
};

const readMessages = (wire: unknown, reading: Reading): { readonly instructions: readonly string[]; readonly turns: readonly Turn[] } => {
  const instructions: string[] = [];
  const turns: Turn[] = [];
  for (const [index, item] of needArray(wire, 'messages').entries()) {
    const path = `messages[${index}]`;
    const { role, content } = needObject(item, path);
    if (role === 'user') turns.push({ role, parts: readParts<UserPart>(content, path, reading, readUserBlock) });
    else if (role === 'assistant') turns.push({ role, parts: readParts<AssistantPart>(content, path, reading, readAssistantBlock) });
    else if (role === 'system') {
      instructions.push(...readSystem(content, `${path}.content`, reading));
      reading.losses.push({ path, why: 'instructions in the middle of a conversation are moved to its front' });
    } else refuse(`${path}.role`, '"user" or "assistant"', role);
  }
  return { instructions, turns };
};

const readParts = <Part>(
  content: unknown,
  path: string,
  reading: Reading,
  readBlock: (block: WireObject, path: string, reading: Reading) => Part | undefined,
): readonly Part[] =>
  blocksOf(content, `${path}.content`).flatMap((block, index) => {
    const part = readBlock(block, `${path}.content[${index}]`, reading);
    return part === undefined ? [] : [part];
  });

/** Tools that run at Anthropic have no schema and mean nothing elsewhere; they stay in the extension. */
const readTools = (
  wire: unknown,
  losses: Loss[],
): { readonly definitions: readonly ToolDefinition[]; readonly vendor: { readonly tools?: readonly unknown[] } } => {
  const items = (optionalArray(wire, 'tools') ?? []).map((item, index) => needObject(item, `tools[${index}]`));
  const ours = items.flatMap((item, index) => (isServerTool(item) ? [] : [readTool(item, `tools[${index}]`, losses)]));
  const theirs = items.filter(isServerTool);
  return { definitions: ours, vendor: theirs.length > 0 ? { tools: theirs } : {} };
};

const isServerTool = (tool: WireObject): boolean => (asText(tool['type']) ?? 'custom') !== 'custom';

const readTool = (tool: WireObject, path: string, losses: Loss[]): ToolDefinition => {
  const { name, description, input_schema: schema, strict, type: _type, ...rest } = tool;
  for (const key of Object.keys(rest)) losses.push({ path: `${path}.${key}`, why: 'has no neutral form on a tool' });
  const parameters = needObject(schema, `${path}.input_schema`) as JsonObject;
  return {
    name: needText(name, `${path}.name`),
    ...present({ description: optionalText(description, `${path}.description`) }),
    parameters,
    ...(strict === true && { strict: true }),
  };
};

const readToolChoice = (choice: WireObject): ToolChoice => {
  const { type } = choice;
  if (type === 'auto' || type === 'none') return { kind: type };
  if (type === 'any') return { kind: 'required' };
  if (type === 'tool') return { kind: 'tool', name: needText(choice['name'], 'tool_choice.name') };
  return refuse('tool_choice.type', '"auto", "any", "none" or "tool"', type);
};

const readParallel = (choice: WireObject): boolean | undefined => {
  const disabled = optionalFlag(choice['disable_parallel_tool_use'], 'tool_choice.disable_parallel_tool_use');
  return disabled === undefined ? undefined : !disabled;
};

const readMetadata = (wire: unknown): { readonly user: string | undefined; readonly rest: WireObject } => {
  const { user_id: user, ...metadata } = optionalObject(wire, 'metadata') ?? {};
  return { user: optionalText(user, 'metadata.user_id'), rest: Object.keys(metadata).length > 0 ? { metadata } : {} };
};
