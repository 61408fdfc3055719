import { ProxyError } from '../../errors.ts';
import type { AnswerTextPart, AssistantPart, ChatResponse, ToolCallPart } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { ResponseAbout } from '../dialect.ts';
import { charactersIn } from '../characters.ts';
import { writtenArguments } from '../conversation.ts';
import { withCustomCalls } from '../custom-calls.ts';
import { lossesOfCitations, readCitations, writeCitation, type WireCitation } from '../openai-citations.ts';
import { readLogprobs, writeLogprobs } from '../openai-logprobs.ts';
import { asArray, asObject, asText, present, type WireObject } from '../reading.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { readStop, readUsage, shownId, writeStop, writeUsage, type WireCustomCall, type WireToolCall } from './wire.ts';

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
  const parts = readMessage(message, asObject(choice['logprobs']) ?? {}, losses);
  losses.push(...lossesOfFields(message, 'choices[0].message', lossesOfMessage), ...lossesOfUsage(body));
  const seen = { refusal: parts.some(isRefusal), toolCalls: parts.some((part) => part.kind === 'tool-call') };
  const value: ChatResponse = {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    parts,
    stop: readStop(asText(choice['finish_reason']) || undefined, seen),
    ...present({ usage: readUsage(body['usage']) }),
  };
  return { value, losses };
};

const lossesOfMessage = { audio: 'audio has no neutral form', function_call: 'calls of before tool_calls have no neutral form' };

const lossesOfUsage = (body: WireObject): readonly Loss[] => {
  const details = asObject(asObject(body['usage'])?.['completion_tokens_details']) ?? {};
  const why = 'only Chat Completions counts the tokens of a prediction';
  return lossesOfFields(details, 'usage.completion_tokens_details', { accepted_prediction_tokens: why, rejected_prediction_tokens: why });
};

export const textOf = (value: unknown): string => {
  // As every event of a stream has it.
  if (typeof value === 'string') return value;
  const parts = asArray(value) ?? [value];
  return parts.map((part) => asText(part) ?? asText(asObject(part)?.['text']) ?? '').join('');
};

/** Some upstreams write the arguments as an object where a text with JSON belongs; an empty one, as the beginning of a text that follows. */
export const argumentsOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const object = asObject(value);
  return object === undefined || Object.keys(object).length === 0 ? '' : JSON.stringify(object);
};

/** `reasoning_content` is DeepSeek's, GLM's and Qwen's field, `reasoning` that of vLLM and OpenRouter; OpenAI has neither. */
export const reasoningIn = (holder: WireObject): string => asText(holder['reasoning_content']) ?? asText(holder['reasoning']) ?? '';

const readMessage = (message: WireObject, logprobs: WireObject, losses: Loss[]): AssistantPart[] => {
  const reasoning = reasoningIn(message);
  const calls = asArray(message['tool_calls']) ?? [];
  return [
    ...(reasoning === '' ? [] : [{ kind: 'reasoning', text: reasoning } as const]),
    ...readContent(message, logprobs, losses),
    ...readRefusal(message, logprobs, losses),
    ...calls.flatMap((call, index) => readToolCall(asObject(call), `choices[0].message.tool_calls[${index}]`, losses)),
  ];
};

const readContent = (message: WireObject, { content: tokens }: WireObject, losses: Loss[]): readonly AnswerTextPart[] => {
  const text = textOf(message['content']);
  const citations = readCitations(message['annotations'], 'choices[0].message.annotations', losses);
  const logprobs = readLogprobs(tokens);
  if (text !== '') return [{ kind: 'text', text, ...(citations.length > 0 && { citations }), ...(logprobs.length > 0 && { logprobs }) }];
  const why = 'there is no text to which they belong';
  if (citations.length > 0) losses.push({ path: 'choices[0].message.annotations', why });
  if (logprobs.length > 0) losses.push({ path: 'choices[0].logprobs.content', why });
  return [];
};

const readRefusal = (message: WireObject, { refusal: tokens }: WireObject, losses: Loss[]): readonly AnswerTextPart[] => {
  const text = textOf(message['refusal']);
  const logprobs = readLogprobs(tokens);
  if (text !== '') return [{ kind: 'text', text, refusal: true, ...(logprobs.length > 0 && { logprobs }) }];
  if (logprobs.length > 0) losses.push({ path: 'choices[0].logprobs.refusal', why: 'there is no text to which they belong' });
  return [];
};

const readToolCall = (call: WireObject | undefined, path: string, losses: Loss[]): readonly ToolCallPart[] => {
  const [fn, custom] = [asObject(call?.['function']), asObject(call?.['custom'])];
  const id = asText(call?.['id']) ?? '';
  const [name, customName] = [asText(fn?.['name']), asText(custom?.['name'])];
  if (name !== undefined) return [{ kind: 'tool-call', id, name, arguments: argumentsOf(fn?.['arguments']) }];
  if (customName !== undefined) {
    return [{ kind: 'tool-call', id, name: customName, arguments: argumentsOf(custom?.['input']), custom: true }];
  }
  losses.push({ path, why: 'a call without a name has no neutral form' });
  return [];
};

const isText = (part: AssistantPart): part is AnswerTextPart => part.kind === 'text';
const isRefusal = (part: AssistantPart): part is AnswerTextPart => isText(part) && part.refusal === true;

/** One `chat.completion`. Several texts become one, since a message has one content. */
export const encodeResponse = (answer: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const response = withCustomCalls(answer, about.customTools);
  const { id, parts, stop, usage } = response;
  const said = { refusal: parts.some(isRefusal), toolCalls: parts.some((part) => part.kind === 'tool-call') };
  const choice = { index: 0, message: writeMessage(parts), logprobs: logprobsOf(parts), finish_reason: writeStop(stop.reason, said) };
  const value = {
    id: shownId(id, about),
    object: 'chat.completion',
    created: about.createdAt,
    model: about.model,
    choices: [choice],
    ...(usage && { usage: writeUsage(usage) }),
  };
  return { value, losses: lossesOf(response) };
};

const joined = (parts: readonly { readonly text: string }[]): string => parts.map(({ text }) => text).join('');

const writeMessage = (parts: readonly AssistantPart[]) => {
  const content = joined(parts.filter((part) => isText(part) && !isRefusal(part)));
  const refusals = parts.filter(isRefusal);
  const calls = parts.filter((part) => part.kind === 'tool-call').map(writeToolCall);
  const reasoning = joined(parts.filter((part) => part.kind === 'reasoning'));
  const annotations = annotationsOf(parts);
  return {
    role: 'assistant',
    content: content === '' && calls.length + refusals.length > 0 ? null : content,
    refusal: refusals.length > 0 ? joined(refusals) : null,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(annotations.length > 0 && { annotations }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
};

export interface WireAnnotation {
  readonly type: 'url_citation';
  readonly url_citation: WireCitation;
}

/** Indexes count in the message's one content, in which this text begins at character `offset`. */
export const writeAnnotations = ({ citations = [] }: Pick<AnswerTextPart, 'citations'>, length: number, offset: number): WireAnnotation[] =>
  citations.map((citation) => ({ type: 'url_citation', url_citation: writeCitation(citation, length, offset) }));

const annotationsOf = (parts: readonly AssistantPart[]): readonly WireAnnotation[] => {
  let offset = 0;
  return parts.flatMap((part) => {
    if (!isText(part)) return [];
    const length = part.refusal ? 0 : charactersIn(part.text);
    const annotations = writeAnnotations(part, length, offset);
    offset += length;
    return annotations;
  });
};

const logprobsOf = (parts: readonly AssistantPart[]) => {
  const tokensOf = (some: readonly AnswerTextPart[]) => writeLogprobs(some.flatMap(({ logprobs = [] }) => logprobs));
  const content = tokensOf(parts.filter(isText).filter((part) => !isRefusal(part)));
  const refusal = tokensOf(parts.filter(isRefusal));
  if (content.length + refusal.length === 0) return null;
  return { content: content.length > 0 ? content : null, refusal: refusal.length > 0 ? refusal : null };
};

const writeToolCall = (call: ToolCallPart): WireToolCall | WireCustomCall =>
  call.custom
    ? { id: call.id, type: 'custom', custom: { name: call.name, input: call.arguments } }
    : { id: call.id, type: 'function', function: { name: call.name, arguments: writtenArguments(call.arguments) } };

type Slot = AssistantPart['kind'] | 'refusal';

const slotOf = (part: AssistantPart): Slot => (isRefusal(part) ? 'refusal' : part.kind);

const rankOf: Readonly<Record<Slot, number>> = { reasoning: 0, text: 1, refusal: 2, 'tool-call': 3 };

const lossesOf = ({ parts, stop }: ChatResponse): Loss[] => [
  ...parts.flatMap((part, index) => lossesOfPart(part, parts[index - 1], `parts[${index}]`)),
  ...lossesOfCitations(parts),
  ...(stop.reason === 'stop-sequence' || stop.reason === 'other'
    ? [{ path: 'stop.reason', why: 'Chat Completions says "stop" for this too' }]
    : []),
];

const lossesOfPart = (part: AssistantPart, previous: AssistantPart | undefined, path: string): Loss[] => [
  ...(part.kind === 'reasoning' && part.signature ? [{ path: `${path}.signature`, why: 'Chat Completions carries no signature' }] : []),
  ...(previous && rankOf[slotOf(part)] < rankOf[slotOf(previous)]
    ? [{ path, why: 'a message has its reasoning first, then its text, then its calls' }]
    : []),
  ...(previous && part.kind !== 'tool-call' && slotOf(part) === slotOf(previous)
    ? [{ path, why: `neighbouring ${part.kind} parts become one` }]
    : []),
];
