import { ProxyError } from '../../errors.ts';
import type { ChatRequest, Extensions, ImagePart, JsonObject, TextPart, ToolCallPart, ToolChoice, ToolDefinition } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { newConversation, readToolOutput, type Conversation } from '../conversation.ts';
import { imageFromUrl } from '../image-url.ts';
import {
  asObject,
  asText,
  needArray,
  needObject,
  needText,
  noNeutralForm,
  optionalArray,
  optionalNumber,
  optionalObject,
  optionalText,
  present,
  refuse,
  without,
  type WireObject,
} from '../reading.ts';
import { lossesOfFields } from '../unread-fields.ts';

const neutralFields = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'reasoning_effort',
]);

/** @throws ProxyError `invalid-request` that names the field, what was expected and what came. */
export const decodeRequest = (wire: unknown): Translated<ChatRequest> => {
  const body = needObject(wire, 'body');
  const conversation = newConversation();
  needArray(body['messages'], 'messages').forEach((message, index) => {
    const path = `messages[${index}]`;
    readMessage(needObject(message, path), path, conversation);
  });
  const { system, turns, losses } = conversation;
  const stream = body['stream'] === true;
  const value: ChatRequest = {
    model: needText(body['model'], 'model'),
    stream,
    system,
    turns,
    tools: readTools(body, losses),
    ...readSampling(body),
    ...present({ toolChoice: readToolChoice(body['tool_choice'], losses) }),
    wantsUsage: stream && asObject(body['stream_options'])?.['include_usage'] === true,
    extensions: readExtensions(body),
  };
  return { value, losses };
};

const readSampling = (body: WireObject) => {
  const limit = optionalNumber(body['max_completion_tokens'], 'max_completion_tokens');
  return present({
    maxOutputTokens: limit ?? optionalNumber(body['max_tokens'], 'max_tokens'),
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    stop: typeof body['stop'] === 'string' ? [body['stop']] : optionalArray(body['stop'], 'stop')?.map((each) => needText(each, 'stop')),
    reasoningEffort: optionalText(body['reasoning_effort'], 'reasoning_effort'),
  });
};

const readExtensions = (body: WireObject): Extensions => {
  const streamOptions = without(optionalObject(body['stream_options'], 'stream_options') ?? {}, new Set(['include_usage']));
  const rest = Object.keys(streamOptions).length > 0 ? { stream_options: streamOptions } : {};
  const own = { ...without(body, neutralFields), ...rest };
  return Object.keys(own).length > 0 ? { 'openai-chat': own as JsonObject } : {};
};

const lossOfNamedSpeaker = { name: 'the name of a speaker is not carried', audio: 'the audio of earlier answers is not carried' };

const readMessage = (message: WireObject, path: string, conversation: Conversation): void => {
  const { losses } = conversation;
  const role = needText(message['role'], `${path}.role`);
  if (role !== 'tool') losses.push(...lossesOfFields(message, path, lossOfNamedSpeaker));
  if (role === 'system' || role === 'developer') {
    for (const part of readContent(message, path, losses)) addInstruction(part, path, conversation);
  } else if (role === 'user') conversation.addUser(readContent(message, path, losses));
  else if (role === 'assistant') conversation.addAssistant(readAssistant(message, path, losses), 'new-turn');
  else if (role === 'tool') readToolMessage(message, path, conversation);
  else
    throw new ProxyError('invalid-request', `${path}.role: "${role.slice(0, 40)}" is not a role that can be read`, {
      param: `${path}.role`,
    });
};

const addInstruction = (part: TextPart | ImagePart, path: string, conversation: Conversation): void => {
  if (part.kind === 'text') conversation.addSystem(part.text, path);
  else conversation.losses.push({ path: `${path}.content`, why: 'instructions carry text only' });
};

const readToolMessage = (message: WireObject, path: string, conversation: Conversation): void => {
  const name = optionalText(message['name'], `${path}.name`);
  conversation.addToolResult({
    kind: 'tool-result',
    callId: needText(message['tool_call_id'], `${path}.tool_call_id`),
    ...(name !== undefined && { name }),
    output: readToolOutput(message, 'content', path, (items, at) => readParts(items, at, conversation.losses)),
    isError: false,
  });
};

const readContent = (message: WireObject, path: string, losses: Loss[]): (TextPart | ImagePart)[] => {
  const content = message['content'];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return readParts(needArray(content, `${path}.content`), `${path}.content`, losses);
};

const readParts = (items: readonly unknown[], path: string, losses: Loss[]): (TextPart | ImagePart)[] =>
  items.flatMap((item, index) => readPart(needObject(item, `${path}[${index}]`), `${path}[${index}]`, losses));

const readPart = (item: WireObject, path: string, losses: Loss[]): readonly (TextPart | ImagePart)[] => {
  if (item['type'] === 'text') return [{ kind: 'text', text: needText(item['text'], `${path}.text`) }];
  if (item['type'] === 'refusal') return [{ kind: 'text', text: needText(item['refusal'], `${path}.refusal`) }];
  if (item['type'] === 'image_url') return [readImage(item['image_url'], `${path}.image_url`, losses)];
  losses.push({ path, why: noNeutralForm('content', item) });
  return [];
};

const readImage = (wire: unknown, path: string, losses: Loss[]): ImagePart => {
  const image = asObject(wire);
  if (image === undefined) return imageFromUrl(needText(wire, path));
  const detail = image['detail'];
  if (detail !== undefined && detail !== 'auto') losses.push({ path: `${path}.detail`, why: 'the detail of images is not carried' });
  return imageFromUrl(needText(image['url'], `${path}.url`));
};

const readAssistant = (message: WireObject, path: string, losses: Loss[]) => {
  const reasoning = asText(message['reasoning_content']) ?? '';
  const content = typeof message['content'] === 'string' || Array.isArray(message['content']) ? readContent(message, path, losses) : [];
  const refusal = asText(message['refusal']) ?? '';
  if (message['function_call'])
    losses.push({ path: `${path}.function_call`, why: 'the deprecated function_call is not carried; use tool_calls' });
  const calls = optionalArray(message['tool_calls'], `${path}.tool_calls`) ?? [];
  return [
    ...(reasoning === '' ? [] : [{ kind: 'reasoning', text: reasoning } as const]),
    // Clients write "" beside tool calls; as a part of its own it would be refused by dialects that want text to be non-empty.
    ...content.filter((part) => part.kind === 'text').filter(({ text }) => text !== '' || Array.isArray(message['content'])),
    ...(refusal === '' ? [] : [{ kind: 'text', text: refusal } as const]),
    ...calls.flatMap((call, index) => readToolCall(needObject(call, `${path}.tool_calls`), `${path}.tool_calls[${index}]`, losses)),
  ];
};

const readToolCall = (call: WireObject, path: string, losses: Loss[]): readonly ToolCallPart[] => {
  if (asObject(call['function']) === undefined && call['type'] !== 'function' && call['type'] !== undefined) {
    losses.push({ path, why: noNeutralForm('a call', call) });
    return [];
  }
  const fn = needObject(call['function'], `${path}.function`);
  return [
    {
      kind: 'tool-call',
      id: needText(call['id'], `${path}.id`),
      name: needText(fn['name'], `${path}.function.name`),
      arguments: optionalText(fn['arguments'], `${path}.function.arguments`) ?? '',
    },
  ];
};

const noArguments: JsonObject = { type: 'object', properties: {} };

const readTools = (body: WireObject, losses: Loss[]): ToolDefinition[] =>
  (optionalArray(body['tools'], 'tools') ?? []).flatMap((tool, index) =>
    readTool(needObject(tool, `tools[${index}]`), `tools[${index}]`, losses),
  );

const readTool = (tool: WireObject, path: string, losses: Loss[]): readonly ToolDefinition[] => {
  if (tool['type'] !== 'function') {
    losses.push({ path, why: noNeutralForm('a tool', tool) });
    return [];
  }
  const fn = needObject(tool['function'], `${path}.function`);
  if (fn['strict'] === true) losses.push({ path: `${path}.function.strict`, why: 'strict schemas are not carried' });
  const parameters = optionalObject(fn['parameters'], `${path}.function.parameters`) ?? noArguments;
  const description = optionalText(fn['description'], `${path}.function.description`);
  return [{ name: needText(fn['name'], `${path}.function.name`), ...present({ description }), parameters: parameters as JsonObject }];
};

const readToolChoice = (wire: unknown, losses: Loss[]): ToolChoice | undefined => {
  if (wire === undefined || wire === null) return undefined;
  if (wire === 'auto' || wire === 'none' || wire === 'required') return { kind: wire };
  const choice = asObject(wire) ?? refuse('tool_choice', '"auto", "none", "required" or an object', wire);
  const name = choice['type'] === 'function' ? asText(asObject(choice['function'])?.['name']) : undefined;
  if (name !== undefined) return { kind: 'tool', name };
  losses.push({ path: 'tool_choice', why: noNeutralForm('a choice', choice) });
  return undefined;
};
