import type { ChatRequest, JsonObject } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { RequestAddress } from '../dialect.ts';
import { asText, needArray, needObject, needText, optionalArray, optionalObject, present, without, type WireObject } from '../reading.ts';
import { readContents } from './contents.ts';
import { readSettings } from './settings.ts';
import { readThinking } from './thinking.ts';
import { readToolChoice, readTools } from './tools.ts';
import { camelKeys, own } from './wire.ts';

/** Everything else at the top of a request, and of its `generationConfig`, is kept in the extension as it came. */
const readAtTop = new Set(['model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig']);

/** `countTokens` may hold the request whole, model included, in a field of its own. */
const requestIn = (wire: unknown): WireObject => {
  const body = camelKeys(needObject(wire, 'body'));
  const held = optionalObject(body['generateContentRequest'], 'generateContentRequest');
  return held === undefined ? body : camelKeys(held);
};

/**
 * Reads a body of `generateContent`; model and mode come from the address.
 * @throws ProxyError invalid-request, naming the path.
 */
export const decodeRequest = (wire: unknown, address: RequestAddress): Translated<ChatRequest> => {
  const body = requestIn(wire);
  const losses: Loss[] = [];
  const generation = camelKeys(optionalObject(body['generationConfig'], 'generationConfig') ?? {});
  const { settings, rest } = readSettings(generation);
  const { reasoning, vendor: thinkingConfig } = readThinking(generation['thinkingConfig']);
  const tools = readTools(body['tools'], losses);
  const generationConfig = { ...rest, ...unlessEmpty('thinkingConfig', thinkingConfig) };
  const extension = { ...without(body, readAtTop), ...tools.vendor, ...unlessEmpty('generationConfig', generationConfig) };
  const value: ChatRequest = {
    model: needText(address.model ?? body['model'], 'model'),
    stream: address.stream ?? false,
    system: readSystem(body['systemInstruction'], losses),
    turns: readContents(needArray(body['contents'], 'contents'), losses),
    tools: tools.definitions,
    ...present({ toolChoice: readToolChoice(body['toolConfig'], losses) }),
    ...settings,
    ...reasoning,
    wantsUsage: true,
    extensions: unlessEmpty(own, extension as JsonObject),
  };
  return { value, losses };
};

const unlessEmpty = <Value extends WireObject>(key: string, value: Value): { readonly [key: string]: Value } =>
  Object.keys(value).length > 0 ? { [key]: value } : {};

const readSystem = (wire: unknown, losses: Loss[]): readonly string[] => {
  if (typeof wire === 'string') return [wire];
  const parts = optionalArray(optionalObject(wire, 'systemInstruction')?.['parts'], 'systemInstruction.parts') ?? [];
  return parts.flatMap((part, index) => {
    const path = `systemInstruction.parts[${index}]`;
    const text = asText(needObject(part, path)['text']);
    if (text === undefined) losses.push({ path, why: 'only text has a neutral form in instructions' });
    return text === undefined ? [] : [text];
  });
};
