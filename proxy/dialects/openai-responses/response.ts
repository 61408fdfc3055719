import { ProxyError } from '../../errors.ts';
import type { ChatResponse } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { ResponseAbout } from '../dialect.ts';
import { asArray, asObject, asText, present } from '../reading.ts';
import { isRefusal, readItem, writeItem } from './items.ts';
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
  const seen = { refusal: items.some(isRefusal), toolCalls: parts.some((part) => part.kind === 'tool-call') };
  const value: ChatResponse = {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    parts,
    stop: readStop(body, seen),
    ...present({ usage: readUsage(body['usage']) }),
  };
  return { value, losses };
};

/** One response object with every field that SDKs read. */
export const encodeResponse = (response: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const { parts, stop, usage } = response;
  const id = shownId(response.id, about);
  const value = {
    ...responseShell({ id }, about),
    ...writeStop(stop.reason),
    output: parts.map((part, index) => writeItem(part, id, index)),
    usage: usage === undefined ? null : writeUsage(usage),
  };
  return { value, losses: lossesOf(response) };
};

const lossesOf = ({ stop }: ChatResponse): Loss[] =>
  stop.reason === 'stop-sequence' || stop.reason === 'other'
    ? [{ path: 'stop.reason', why: 'the Responses API says "completed" for this too' }]
    : [];
