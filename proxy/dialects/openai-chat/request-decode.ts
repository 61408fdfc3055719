import { ProxyError } from '../../errors.ts';
import type { ChatRequest, ContentPart, Extensions, ImagePart, JsonObject, ToolCallPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { newConversation, readToolOutput, type Conversation } from '../conversation.ts';
import { fileFromData } from '../files.ts';
import { imageFromUrl } from '../image-url.ts';
import {
  asObject,
  asText,
  needArray,
  needObject,
  needText,
  noNeutralForm,
  optionalArray,
  optionalObject,
  optionalText,
  present,
  without,
  type WireObject,
} from '../reading.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { readSettings } from './settings.ts';
import { readToolChoice, readTools } from './tools.ts';

/** What is neither a setting nor left to the extension. */
const read = new Set(['model', 'messages', 'stream', 'stream_options', 'tools', 'tool_choice']);

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
  const { settings, rest } = readSettings(body);
  const value: ChatRequest = {
    model: needText(body['model'], 'model'),
    stream,
    system,
    turns,
    tools: readTools(body, losses),
    ...settings,
    ...present({ toolChoice: readToolChoice(body['tool_choice'], losses) }),
    wantsUsage: stream && asObject(body['stream_options'])?.['include_usage'] === true,
    extensions: readExtensions(rest),
  };
  return { value, losses };
};

const readExtensions = (body: WireObject): Extensions => {
  const streamOptions = without(optionalObject(body['stream_options'], 'stream_options') ?? {}, new Set(['include_usage']));
  const rest = Object.keys(streamOptions).length > 0 ? { stream_options: streamOptions } : {};
  const own = { ...without(body, read), ...rest };
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

const addInstruction = (part: ContentPart, path: string, conversation: Conversation): void => {
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

const readContent = (message: WireObject, path: string, losses: Loss[]): ContentPart[] => {
  const content = message['content'];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return readParts(needArray(content, `${path}.content`), `${path}.content`, losses);
};

const readParts = (items: readonly unknown[], path: string, losses: Loss[]): ContentPart[] =>
  items.flatMap((item, index) => readPart(needObject(item, `${path}[${index}]`), `${path}[${index}]`, losses));

const readPart = (item: WireObject, path: string, losses: Loss[]): readonly ContentPart[] => {
  if (item['type'] === 'text') return [{ kind: 'text', text: needText(item['text'], `${path}.text`) }];
  if (item['type'] === 'refusal') return [{ kind: 'text', text: needText(item['refusal'], `${path}.refusal`) }];
  if (item['type'] === 'image_url') return [readImage(item['image_url'], `${path}.image_url`)];
  if (item['type'] === 'file') return readFile(asObject(item['file']) ?? {}, `${path}.file`, losses);
  losses.push({ path, why: noNeutralForm('content', item) });
  return [];
};

const readImage = (wire: unknown, path: string): ImagePart => {
  const image = asObject(wire);
  if (image === undefined) return imageFromUrl(needText(wire, path), undefined);
  return imageFromUrl(needText(image['url'], `${path}.url`), asText(image['detail']));
};

const readFile = (file: WireObject, path: string, losses: Loss[]): readonly ContentPart[] => {
  const data = optionalText(file['file_data'], `${path}.file_data`);
  if (data !== undefined) return [fileFromData(data, optionalText(file['filename'], `${path}.filename`))];
  losses.push({ path, why: 'a file by its id has no neutral form' });
  return [];
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
  const custom = call['type'] === 'custom' ? needObject(call['custom'], `${path}.custom`) : undefined;
  if (custom !== undefined) return [readCustomCall(call, custom, path)];
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

const readCustomCall = (call: WireObject, custom: WireObject, path: string): ToolCallPart => ({
  kind: 'tool-call',
  id: needText(call['id'], `${path}.id`),
  name: needText(custom['name'], `${path}.custom.name`),
  arguments: optionalText(custom['input'], `${path}.custom.input`) ?? '',
  custom: true,
});
