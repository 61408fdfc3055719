import { ProxyError } from '../../errors.ts';
import type { AssistantPart, ChatRequest, ContentPart, Extensions, JsonObject } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { readCarriedSignature } from '../carried-signature.ts';
import { newConversation, readToolOutput, type Conversation } from '../conversation.ts';
import { fileFromData } from '../files.ts';
import { imageFromUrl } from '../image-url.ts';
import { asText, needArray, needObject, needText, noNeutralForm, optionalText, present, without, type WireObject } from '../reading.ts';
import { reasoningText } from './items.ts';
import { readSettings } from './settings.ts';
import { readToolChoice, readTools } from './tools.ts';

/** What is neither a setting nor left to the extension. */
const read = new Set(['model', 'input', 'instructions', 'stream', 'tools', 'tool_choice']);

/** @throws ProxyError `invalid-request` that names the field, what was expected and what came. */
export const decodeRequest = (wire: unknown): Translated<ChatRequest> => {
  const body = needObject(wire, 'body');
  const conversation = newConversation();
  const instructions = optionalText(body['instructions'], 'instructions') ?? '';
  if (instructions !== '') conversation.addSystem(instructions, 'instructions');
  readInput(body['input'], conversation);
  const { system, turns, losses } = conversation;
  const { settings, rest } = readSettings(body);
  const value: ChatRequest = {
    model: needText(body['model'], 'model'),
    stream: body['stream'] === true,
    system,
    turns,
    tools: readTools(body, losses),
    ...settings,
    ...present({ toolChoice: readToolChoice(body['tool_choice'], losses) }),
    wantsUsage: true,
    extensions: readExtensions(rest),
  };
  return { value, losses };
};

const readExtensions = (rest: WireObject): Extensions => {
  const own = without(rest, read);
  return Object.keys(own).length > 0 ? { 'openai-responses': own as JsonObject } : {};
};

const readInput = (input: unknown, conversation: Conversation): void => {
  if (input === undefined || input === null) return; // `prompt` or `previous_response_id` may stand in for it.
  if (typeof input === 'string') return conversation.addUser([{ kind: 'text', text: input }]);
  needArray(input, 'input').forEach((item, index) => {
    const path = `input[${index}]`;
    readItem(needObject(item, path), path, conversation);
  });
};

const readItem = (item: WireObject, path: string, conversation: Conversation): void => {
  const type = item['type'] ?? (item['role'] === undefined ? undefined : 'message');
  if (type === 'message') readMessage(item, path, conversation);
  else if (type === 'function_call') conversation.addAssistant([readCall(item, path)], 'same-turn');
  else if (type === 'custom_tool_call') conversation.addAssistant([readCustomCall(item, path)], 'same-turn');
  else if (type === 'function_call_output' || type === 'custom_tool_call_output') readOutput(item, path, conversation);
  else if (type === 'reasoning') conversation.addAssistant(readReasoning(item), 'same-turn');
  else if (type === 'compaction_trigger') refuseTrigger(path);
  else conversation.losses.push({ path, why: noNeutralForm('an item', item) });
};

/** Left out, the answer would be one more turn where the client waits for a compaction: a refusal is the only honest answer (row 20 (e) 1). */
const refuseTrigger = (path: string): never => {
  const message = `${path}: "compaction_trigger" asks for a compaction, which only upstreams of the Responses API can make; this model's speaks another`;
  throw new ProxyError('invalid-request', message, { param: path });
};

const readMessage = (item: WireObject, path: string, conversation: Conversation): void => {
  const role = needText(item['role'], `${path}.role`);
  const parts = readContent(item, path, conversation.losses);
  if (role === 'user') return conversation.addUser(parts);
  if (role !== 'assistant' && role !== 'system' && role !== 'developer') {
    throw new ProxyError('invalid-request', `${path}.role: "${role.slice(0, 40)}" is not a role that can be read`, {
      param: `${path}.role`,
    });
  }
  const texts = parts.filter((part) => part.kind === 'text');
  if (texts.length < parts.length) conversation.losses.push({ path: `${path}.content`, why: `${role} messages carry text only` });
  if (role === 'assistant') conversation.addAssistant(texts, 'same-turn');
  else for (const { text } of texts) conversation.addSystem(text, path);
};

const readContent = (item: WireObject, path: string, losses: Loss[]): ContentPart[] => {
  const content = item['content'];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return readParts(needArray(content, `${path}.content`), `${path}.content`, losses);
};

const readParts = (items: readonly unknown[], path: string, losses: Loss[]): ContentPart[] =>
  items.flatMap((item, index) => readPart(needObject(item, `${path}[${index}]`), `${path}[${index}]`, losses));

const textTypes = new Set<unknown>(['input_text', 'output_text', 'text']);

const readPart = (item: WireObject, path: string, losses: Loss[]): readonly ContentPart[] => {
  if (textTypes.has(item['type'])) return [{ kind: 'text', text: needText(item['text'], `${path}.text`) }];
  if (item['type'] === 'refusal') return [{ kind: 'text', text: needText(item['refusal'], `${path}.refusal`) }];
  if (item['type'] === 'input_image') return readImage(item, path, losses);
  if (item['type'] === 'input_file') return readFile(item, path, losses);
  losses.push({ path, why: noNeutralForm('content', item) });
  return [];
};

const readImage = (item: WireObject, path: string, losses: Loss[]): readonly ContentPart[] => {
  const url = asText(item['image_url']);
  if (url !== undefined) return [imageFromUrl(url, asText(item['detail']))];
  losses.push({ path, why: 'an image by file id has no neutral form' });
  return [];
};

const readFile = (item: WireObject, path: string, losses: Loss[]): readonly ContentPart[] => {
  const name = optionalText(item['filename'], `${path}.filename`);
  const data = optionalText(item['file_data'], `${path}.file_data`);
  const url = optionalText(item['file_url'], `${path}.file_url`);
  if (data === undefined && url === undefined) {
    losses.push({ path, why: 'a file by its id has no neutral form' });
    return [];
  }
  if ((item['detail'] ?? 'auto') !== 'auto') losses.push({ path: `${path}.detail`, why: 'the detail of files is not carried' });
  if (data !== undefined) return [fileFromData(data, name)];
  return [{ kind: 'file', source: { kind: 'url', url: url ?? '' }, ...present({ name }) }];
};

const readCall = (item: WireObject, path: string): AssistantPart => ({
  kind: 'tool-call',
  id: needText(item['call_id'], `${path}.call_id`),
  name: needText(item['name'], `${path}.name`),
  arguments: optionalText(item['arguments'], `${path}.arguments`) ?? '',
});

const readCustomCall = (item: WireObject, path: string): AssistantPart => ({
  kind: 'tool-call',
  id: needText(item['call_id'], `${path}.call_id`),
  name: needText(item['name'], `${path}.name`),
  arguments: optionalText(item['input'], `${path}.input`) ?? '',
  custom: true,
});

const readOutput = (item: WireObject, path: string, conversation: Conversation): void =>
  conversation.addToolResult({
    kind: 'tool-result',
    callId: needText(item['call_id'], `${path}.call_id`),
    output: readToolOutput(item, 'output', path, (items, at) => readParts(items, at, conversation.losses)),
    isError: false,
    ...(item['type'] === 'custom_tool_call_output' && { custom: true }),
  });

/** A reasoning item without text and seal is only a reference to something that the vendor stored: it says nothing elsewhere. */
const readReasoning = (item: WireObject): AssistantPart[] => {
  const text = reasoningText(item);
  const sealed = asText(item['encrypted_content']) ?? '';
  if (text === '' && sealed === '') return [];
  return [{ kind: 'reasoning', text, ...(sealed !== '' && { signature: readCarriedSignature(sealed, 'openai-responses') }) }];
};
