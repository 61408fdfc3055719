import { ProxyError } from '../../errors.ts';
import type { ChatRequest, Extensions, JsonObject } from '../../ir/chat.ts';
import type { Translated } from '../../ir/loss.ts';
import { readSampling } from '../openai-sampling.ts';
import {
  asArray,
  asObject,
  asText,
  needObject,
  needText,
  optionalNumber,
  optionalObject,
  optionalText,
  present,
  refuse,
  without,
  type WireObject,
} from '../reading.ts';

const neutralFields = new Set([
  'model',
  'prompt',
  'stream',
  'stream_options',
  'max_tokens',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'user',
]);

/** What only raw completion can do, with the values that ask for nothing; a conversation has no like of it, so the rest is refused. */
const rawOnly: Readonly<Record<string, readonly unknown[]>> = {
  best_of: [1],
  echo: [false],
  logprobs: [false],
  n: [1],
  suffix: [''],
};

/** The prompt becomes the one user message. @throws ProxyError `invalid-request` that names the field. */
export const decodeRequest = (wire: unknown): Translated<ChatRequest> => {
  const body = needObject(wire, 'body');
  for (const [field, harmless] of Object.entries(rawOnly)) refuseRaw(body[field], field, harmless);
  const stream = body['stream'] === true;
  const value: ChatRequest = {
    model: needText(body['model'], 'model'),
    stream,
    system: [],
    turns: [{ role: 'user', parts: [{ kind: 'text', text: readPrompt(body['prompt']) }] }],
    tools: [],
    ...readSettings(body),
    wantsUsage: stream && asObject(body['stream_options'])?.['include_usage'] === true,
    extensions: readExtensions(body),
  };
  return { value, losses: [] };
};

const refuseRaw = (value: unknown, field: string, harmless: readonly unknown[]): void => {
  if (value === undefined || value === null || harmless.includes(value)) return;
  const message = `${field}: prompts are answered as a conversation here, which has nothing like it; leave it out`;
  throw new ProxyError('invalid-request', message, { param: field });
};

/** A text, or a list of one: lists of several ask for several answers, and token ids mean nothing to another model. */
const readPrompt = (prompt: unknown): string => {
  const listed = asArray(prompt);
  const text = asText(listed?.length === 1 ? listed[0] : prompt);
  return text ?? refuse('prompt', 'a string or a list of one string', prompt);
};

const readSettings = (body: WireObject) => ({
  ...readSampling(body),
  ...present({ maxOutputTokens: optionalNumber(body['max_tokens'], 'max_tokens'), user: optionalText(body['user'], 'user') }),
});

/** Whatever else there is, is the same field in Chat Completions. */
const readExtensions = (body: WireObject): Extensions => {
  const streamOptions = without(optionalObject(body['stream_options'], 'stream_options') ?? {}, new Set(['include_usage']));
  const rest = Object.keys(streamOptions).length > 0 ? { stream_options: streamOptions } : {};
  const chat = { ...without(without(body, neutralFields), new Set(Object.keys(rawOnly))), ...rest };
  return Object.keys(chat).length > 0 ? { 'openai-chat': chat as JsonObject } : {};
};
