import { ProxyError } from '../../errors.ts';
import type { AssistantPart, ChatResponse } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { ResponseAbout } from '../dialect.ts';
import { withCustomCalls } from '../custom-calls.ts';
import { lossesOfCitations } from '../openai-citations.ts';
import { asArray, asObject, asText, present } from '../reading.ts';
import { itemId, readItem, statusOf, writeItem } from './items.ts';
import { readStop, readUsage, responseShell, shownId, writeStop, writeUsage } from './wire.ts';

/** @throws ProxyError `upstream-bad-answer` when it is no response object, or one that failed. */
export const decodeResponse = (wire: unknown): Translated<ChatResponse> => {
  const body = asObject(wire);
  const output = asArray(body?.['output']);
  if (body === undefined || output === undefined) throw new ProxyError('upstream-bad-answer', 'the upstream answered without an output');
  if (body['status'] === 'failed' || body['status'] === 'cancelled') {
    const why = asText(asObject(body['error'])?.['message']) ?? 'no message';
    throw new ProxyError('upstream-bad-answer', `the upstream's response ${body['status']}: ${why}`);
  }
  const losses: Loss[] = [];
  const items = output.map((item) => asObject(item) ?? {});
  const parts = items.flatMap((item, index) => readItem(item, `output[${index}]`, losses));
  const value: ChatResponse = {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    parts,
    stop: readStop(body, saidIn(parts)),
    ...present({ usage: readUsage(body['usage']) }),
  };
  return { value, losses };
};

const saidIn = (parts: readonly AssistantPart[]) => ({
  refusal: parts.some((part) => part.kind === 'text' && part.refusal),
  toolCalls: parts.some((part) => part.kind === 'tool-call'),
});

/** One response object with every field that SDKs read. */
export const encodeResponse = (answer: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const response = withCustomCalls(answer, about.customTools);
  const { parts, stop, usage } = response;
  const id = shownId(response.id, about);
  const ending = writeStop(stop.reason, saidIn(parts));
  const statusAt = (part: AssistantPart, index: number) => statusOf(part, index === parts.length - 1, ending.status);
  const value = {
    ...responseShell({ id }, about),
    ...ending,
    output: parts.map((part, index) => writeItem(part, itemId(part, id, index), statusAt(part, index))),
    usage: usage === undefined ? null : writeUsage(usage),
  };
  return { value, losses: lossesOf(response) };
};

const lossesOf = ({ parts, stop, usage }: ChatResponse): Loss[] => [
  ...parts.flatMap((part, index) =>
    part.kind === 'text' && part.refusal && part.logprobs
      ? [{ path: `parts[${index}].logprobs`, why: 'the Responses API has no log probabilities of a refusal' }]
      : [],
  ),
  ...lossesOfCitations(parts),
  ...(['audioInput', 'audioOutput'] as const).flatMap((count) =>
    usage?.[count] ? [{ path: `usage.${count}`, why: 'the Responses API does not count the tokens of audio' }] : [],
  ),
  ...(stop.reason === 'stop-sequence' || stop.reason === 'other'
    ? [{ path: 'stop.reason', why: 'the Responses API says "completed" for this too' }]
    : []),
];
