import type { AnswerTextPart, AssistantPart, ChatResponse } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import { functionArguments } from '../custom-calls.ts';
import type { ResponseAbout } from '../dialect.ts';
import { asArray, asObject, asText, type WireObject } from '../reading.ts';
import { readArguments, whyArgumentsWereWrapped } from '../tool-arguments.ts';
import { lossesOfFields } from '../unread-fields.ts';
import { ProxyError } from '../../errors.ts';
import { lossesOfCitations, readCitations, writeCitation } from './citations.ts';
import {
  isRedacted,
  reasoningFromWire,
  reasoningToWire,
  refusalFromWire,
  stopFromWire,
  stopToWire,
  usageFromWire,
  usageToWire,
} from './wire.ts';

/** Reads a message answered by Anthropic. @throws ProxyError upstream-bad-answer when it is none. */
export const decodeResponse = (wire: unknown): Translated<ChatResponse> => {
  const message = asObject(wire);
  const content = asArray(message?.['content']);
  if (!message || !content)
    throw new ProxyError('upstream-bad-answer', 'content: expected an array of blocks in the answer of the upstream');
  const losses: Loss[] = [];
  const parts = content.flatMap((block, index) => readBlock(asObject(block) ?? {}, `content[${index}]`, losses));
  if (typeof message['stop_sequence'] === 'string')
    losses.push({ path: 'stop_sequence', why: 'the neutral answer says only that one was met' });
  losses.push(...lossesOfFields(asObject(message['stop_details']) ?? {}, 'stop_details', { category: whyCategoryIsLost }));
  const refusal = refusalFromWire(message);
  const usage = usageFromWire(message['usage']);
  const value: ChatResponse = {
    id: asText(message['id']) ?? '',
    model: asText(message['model']) ?? '',
    parts: [...parts, ...(refusal === '' ? [] : [{ kind: 'text', text: refusal, refusal: true } as const])],
    stop: stopFromWire(message['stop_reason']),
    ...(usage && { usage }),
  };
  return { value, losses };
};

const whyCategoryIsLost = 'only Anthropic names the kind of a refusal';

const readBlock = (block: WireObject, path: string, losses: Loss[]): readonly AssistantPart[] => {
  const type = block['type'];
  if (type === 'text') return [readText(block, path, losses)];
  if (type === 'thinking' || type === 'redacted_thinking') return [reasoningFromWire(block)];
  if (type === 'tool_use') return [readToolUse(block)];
  losses.push({ path, why: `a block of type ${asText(type) ?? 'nothing'} has no neutral form` });
  return [];
};

const readText = (block: WireObject, path: string, losses: Loss[]): AssistantPart => {
  const citations = readCitations(block, path, losses);
  return { kind: 'text', text: asText(block['text']) ?? '', ...(citations.length > 0 && { citations }) };
};

const readToolUse = (block: WireObject): AssistantPart => ({
  kind: 'tool-call',
  id: asText(block['id']) ?? '',
  name: asText(block['name']) ?? '',
  arguments: JSON.stringify(block['input'] ?? {}),
});

/** Writes a message as a client of Anthropic reads it. */
export const encodeResponse = (response: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const losses: Loss[] = [];
  const value = {
    id: response.id,
    type: 'message',
    role: 'assistant',
    model: about.model,
    content: response.parts.map((part, index) => writePart(part, `parts[${index}]`, losses)),
    stop_reason: stopToWire(response.stop.reason, response.stop.raw),
    stop_sequence: null,
    usage: usageToWire(response.usage),
  };
  losses.push(...lossesOfUsage(response));
  return { value, losses };
};

const lossesOfUsage = ({ usage }: ChatResponse): readonly Loss[] => {
  if (!usage) return [{ path: 'usage', why: 'Anthropic demands usage; zeros stand for counts that the upstream did not send' }];
  const audio = 'Anthropic does not count the tokens of audio';
  return lossesOfFields({ ...usage }, 'usage', { audioInput: audio, audioOutput: audio });
};

const writePart = (part: AssistantPart, path: string, losses: Loss[]): WireObject => {
  if (part.kind === 'text') return writeText(part, path, losses);
  if (part.kind === 'reasoning') {
    if (isRedacted(part.signature) && part.text) losses.push({ path: `${path}.text`, why: 'redacted thinking has no text' });
    return reasoningToWire(part);
  }
  const { intact, value } = readArguments(functionArguments(part));
  if (!intact) losses.push({ path: `${path}.arguments`, why: whyArgumentsWereWrapped });
  return { type: 'tool_use', id: part.id, name: part.name, input: value };
};

const writeText = (part: AnswerTextPart, path: string, losses: Loss[]): WireObject => {
  const { text, citations = [], logprobs } = part;
  losses.push(...lossesOfCitations(part, path));
  if (logprobs) losses.push({ path: `${path}.logprobs`, why: 'Anthropic tells no log probabilities' });
  return { type: 'text', text, ...(citations.length > 0 && { citations: citations.map(writeCitation) }) };
};
