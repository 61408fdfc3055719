import { ProxyError } from '../../errors.ts';
import type { AssistantPart, ChatRequest, Extensions, ImagePart, JsonObject, TextPart, ToolChoice, ToolDefinition } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { readCarriedSignature } from '../carried-signature.ts';
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
import { reasoningText } from './items.ts';

const neutralFields = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'max_output_tokens',
  'temperature',
  'top_p',
  'reasoning',
]);

/** @throws ProxyError `invalid-request` that names the field, what was expected and what came. */
export const decodeRequest = (wire: unknown): Translated<ChatRequest> => {
  const body = needObject(wire, 'body');
  const conversation = newConversation();
  const instructions = optionalText(body['instructions'], 'instructions') ?? '';
  if (instructions !== '') conversation.addSystem(instructions, 'instructions');
  readInput(body['input'], conversation);
  const { system, turns, losses } = conversation;
  const value: ChatRequest = {
    model: needText(body['model'], 'model'),
    stream: body['stream'] === true,
    system,
    turns,
    tools: readTools(body, losses),
    ...readSampling(body),
    ...present({ toolChoice: readToolChoice(body['tool_choice'], losses) }),
    wantsUsage: true,
    extensions: readExtensions(body),
  };
  return { value, losses };
};

const readSampling = (body: WireObject) =>
  present({
    maxOutputTokens: optionalNumber(body['max_output_tokens'], 'max_output_tokens'),
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    reasoningEffort: optionalText(asObject(body['reasoning'])?.['effort'], 'reasoning.effort'),
  });

const readExtensions = (body: WireObject): Extensions => {
  const reasoning = without(optionalObject(body['reasoning'], 'reasoning') ?? {}, new Set(['effort']));
  const rest = Object.keys(reasoning).length > 0 ? { reasoning } : {};
  const own = { ...without(body, neutralFields), ...rest };
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
  else if (type === 'function_call_output') readOutput(item, path, conversation);
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

const readContent = (item: WireObject, path: string, losses: Loss[]): (TextPart | ImagePart)[] => {
  const content = item['content'];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return readParts(needArray(content, `${path}.content`), `${path}.content`, losses);
};

const readParts = (items: readonly unknown[], path: string, losses: Loss[]): (TextPart | ImagePart)[] =>
  items.flatMap((item, index) => readPart(needObject(item, `${path}[${index}]`), `${path}[${index}]`, losses));

const textTypes = new Set<unknown>(['input_text', 'output_text', 'text']);

const readPart = (item: WireObject, path: string, losses: Loss[]): readonly (TextPart | ImagePart)[] => {
  if (textTypes.has(item['type'])) return [{ kind: 'text', text: needText(item['text'], `${path}.text`) }];
  if (item['type'] === 'refusal') return [{ kind: 'text', text: needText(item['refusal'], `${path}.refusal`) }];
  const url = item['type'] === 'input_image' ? asText(item['image_url']) : undefined;
  if (url === undefined) {
    losses.push({ path, why: item['type'] === 'input_image' ? 'an image by file id has no neutral form' : noNeutralForm('content', item) });
    return [];
  }
  const detail = item['detail'] ?? 'auto';
  if (detail !== 'auto') losses.push({ path: `${path}.detail`, why: 'the detail of images is not carried' });
  return [imageFromUrl(url)];
};

const readCall = (item: WireObject, path: string): AssistantPart => ({
  kind: 'tool-call',
  id: needText(item['call_id'], `${path}.call_id`),
  name: needText(item['name'], `${path}.name`),
  arguments: optionalText(item['arguments'], `${path}.arguments`) ?? '',
});

const readOutput = (item: WireObject, path: string, conversation: Conversation): void =>
  conversation.addToolResult({
    kind: 'tool-result',
    callId: needText(item['call_id'], `${path}.call_id`),
    output: readToolOutput(item, 'output', path, (items, at) => readParts(items, at, conversation.losses)),
    isError: false,
  });

/** A reasoning item without text and seal is only a reference to something that the vendor stored: it says nothing elsewhere. */
const readReasoning = (item: WireObject): AssistantPart[] => {
  const text = reasoningText(item);
  const sealed = asText(item['encrypted_content']) ?? '';
  if (text === '' && sealed === '') return [];
  return [{ kind: 'reasoning', text, ...(sealed !== '' && { signature: readCarriedSignature(sealed, 'openai-responses') }) }];
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
  if (tool['strict'] === true) losses.push({ path: `${path}.strict`, why: 'strict schemas are not carried' });
  const parameters = optionalObject(tool['parameters'], `${path}.parameters`) ?? noArguments;
  const description = optionalText(tool['description'], `${path}.description`);
  return [{ name: needText(tool['name'], `${path}.name`), ...present({ description }), parameters: parameters as JsonObject }];
};

const readToolChoice = (wire: unknown, losses: Loss[]): ToolChoice | undefined => {
  if (wire === undefined || wire === null) return undefined;
  if (wire === 'auto' || wire === 'none' || wire === 'required') return { kind: wire };
  const choice = asObject(wire) ?? refuse('tool_choice', '"auto", "none", "required" or an object', wire);
  const name = choice['type'] === 'function' ? asText(choice['name']) : undefined;
  if (name !== undefined) return { kind: 'tool', name };
  losses.push({ path: 'tool_choice', why: noNeutralForm('a choice', choice) });
  return undefined;
};
