import { ProxyError } from '../../errors.ts';
import type { AssistantPart, ChatResponse, ToolCallPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { ResponseAbout } from '../dialect.ts';
import { writtenArguments } from '../conversation.ts';
import { asArray, asObject, asText, present, type WireObject } from '../reading.ts';
import { lossesOfFields, noPlaceForCitations, noPlaceForLogprobs } from '../unread-fields.ts';
import { readStop, readUsage, shownId, writeStop, writeUsage, type WireToolCall } from './wire.ts';

/** @throws ProxyError `upstream-bad-answer` when there is no message in it. */
export const decodeResponse = (wire: unknown): Translated<ChatResponse> => {
  const body = asObject(wire);
  const choices = asArray(body?.['choices']) ?? [];
  const choice = asObject(choices[0]);
  const message = asObject(choice?.['message']);
  if (body === undefined || choice === undefined || message === undefined) {
    throw new ProxyError('upstream-bad-answer', 'the upstream answered without choices[0].message');
  }
  const losses: Loss[] = choices.length > 1 ? [{ path: 'choices[1]', why: 'only the first choice is carried' }] : [];
  const parts = readMessage(message, losses);
  losses.push(...lossesOfFields(message, 'choices[0].message', lossesOfMessage));
  losses.push(...lossesOfFields(choice, 'choices[0]', { logprobs: noPlaceForLogprobs }));
  const seen = { refusal: textOf(message['refusal']) !== '', toolCalls: parts.some((part) => part.kind === 'tool-call') };
  const value: ChatResponse = {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    parts,
    stop: readStop(asText(choice['finish_reason']), seen),
    ...present({ usage: readUsage(body['usage']) }),
  };
  return { value, losses };
};

const lossesOfMessage = { annotations: noPlaceForCitations, audio: 'audio has no neutral form' };

const textOf = (value: unknown): string => {
  const parts = asArray(value) ?? [value];
  return parts.map((part) => asText(part) ?? asText(asObject(part)?.['text']) ?? '').join('');
};

/** `reasoning_content` is DeepSeek's, GLM's and Qwen's field, `reasoning` that of vLLM and OpenRouter; OpenAI has neither. */
export const reasoningIn = (holder: WireObject): string => asText(holder['reasoning_content']) ?? asText(holder['reasoning']) ?? '';

const readMessage = (message: WireObject, losses: Loss[]): AssistantPart[] => {
  const reasoning = reasoningIn(message);
  const texts = [textOf(message['content']), textOf(message['refusal'])].filter((text) => text !== '');
  const calls = asArray(message['tool_calls']) ?? [];
  return [
    ...(reasoning === '' ? [] : [{ kind: 'reasoning', text: reasoning } as const]),
    ...texts.map((text) => ({ kind: 'text', text }) as const),
    ...calls.flatMap((call, index) => readToolCall(asObject(call), `choices[0].message.tool_calls[${index}]`, losses)),
  ];
};

const readToolCall = (call: WireObject | undefined, path: string, losses: Loss[]): readonly ToolCallPart[] => {
  const fn = asObject(call?.['function']);
  const name = asText(fn?.['name']);
  if (name === undefined) {
    losses.push({ path, why: 'a call without a function name has no neutral form' });
    return [];
  }
  return [{ kind: 'tool-call', id: asText(call?.['id']) ?? '', name, arguments: asText(fn?.['arguments']) ?? '' }];
};

/** One `chat.completion`. Several texts become one, since a message has one content. */
export const encodeResponse = (response: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const { id, parts, stop, usage } = response;
  const value = {
    id: shownId(id, about),
    object: 'chat.completion',
    created: about.createdAt,
    model: about.model,
    choices: [{ index: 0, message: writeMessage(parts), logprobs: null, finish_reason: writeStop(stop.reason) }],
    ...(usage && { usage: writeUsage(usage) }),
  };
  return { value, losses: lossesOf(response) };
};

const writeMessage = (parts: readonly AssistantPart[]) => {
  const joined = (kind: 'text' | 'reasoning') => parts.flatMap((part) => (part.kind === kind ? [part.text] : [])).join('');
  const calls = parts.filter((part) => part.kind === 'tool-call').map(writeToolCall);
  const reasoning = joined('reasoning');
  const content = joined('text');
  return {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    refusal: null,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
};

const writeToolCall = (call: ToolCallPart): WireToolCall => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: writtenArguments(call.arguments) },
});

const rankOf: Readonly<Record<AssistantPart['kind'], number>> = { reasoning: 0, text: 1, 'tool-call': 2 };

const lossesOf = ({ parts, stop }: ChatResponse): Loss[] => [
  ...parts.flatMap((part, index) => lossesOfPart(part, parts[index - 1], `parts[${index}]`)),
  ...(stop.reason === 'stop-sequence' || stop.reason === 'other'
    ? [{ path: 'stop.reason', why: 'Chat Completions says "stop" for this too' }]
    : []),
];

const lossesOfPart = (part: AssistantPart, previous: AssistantPart | undefined, path: string): Loss[] => [
  ...(part.kind === 'reasoning' && part.signature ? [{ path: `${path}.signature`, why: 'Chat Completions carries no signature' }] : []),
  ...(previous && rankOf[part.kind] < rankOf[previous.kind]
    ? [{ path, why: 'a message has its reasoning first, then its text, then its calls' }]
    : []),
  ...(previous && part.kind !== 'tool-call' && part.kind === previous.kind
    ? [{ path, why: `neighbouring ${part.kind} parts become one` }]
    : []),
];
