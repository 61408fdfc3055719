import { describe, expect, it } from 'vitest';
import { exchange } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import { parseEvents } from '#fixtures/sse';
import { checkResponse as checkChat } from '#fixtures/wire/openai-chat';
import { checkResponse as checkResponses } from '#fixtures/wire/openai-responses';
import { newAggregator } from '../ir/aggregate.ts';
import { asEvents } from '../ir/as-events.ts';
import type { AssistantPart, ChatResponse } from '../ir/chat.ts';
import type { Dialect, WireEvent } from './dialect.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

// What the encoders write, judged by the strict rules of the fixtures; and what the fixtures' upstreams say, read by the decoders.

const about = { model: 'shown', createdAt: 17 };
const answer = (parts: readonly AssistantPart[], reason: ChatResponse['stop']['reason']): ChatResponse => ({
  id: '',
  model: 'm',
  parts,
  stop: { reason },
  usage: { input: 12, output: 7 },
});
const answers: Readonly<Record<string, ChatResponse>> = {
  text: answer([{ kind: 'text', text: 'Wireproof says ok.' }], 'end'),
  nothing: answer([], 'end'),
  calls: answer(
    [
      { kind: 'reasoning', text: 'hm', signature: { issuer: 'anthropic-messages', value: 's' } },
      { kind: 'text', text: 'Looking.' },
      { kind: 'tool-call', id: 'a', name: 'lookup', arguments: '{"city":"Berlin"}' },
      { kind: 'tool-call', id: 'b', name: 'list', arguments: '' },
    ],
    'tool-calls',
  ),
  'a text with its sources and its tokens': answer(
    [
      {
        kind: 'text',
        text: 'Wireproof says ok.',
        citations: [{ url: 'https://example.com' }, { url: 'https://example.org', title: 'a page', range: { start: 0, end: 9 } }],
        logprobs: [{ token: 'Wireproof', logprob: -0.5, top: [{ token: 'ok', logprob: -2, bytes: [111, 107] }] }],
      },
    ],
    'end',
  ),
  'a refusal': answer([{ kind: 'text', text: 'I cannot say.', refusal: true }], 'refusal'),
  'a call of a custom tool': answer(
    [{ kind: 'tool-call', id: 'a', name: 'poet', arguments: 'roses are "red"', custom: true }],
    'tool-calls',
  ),
};

const framed = ({ event, data }: WireEvent): string => `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
const asExchange = (base: Exchange, status: number, contentType: string, utf8: string): Exchange => ({
  ...base,
  response: { status, headers: { 'content-type': contentType }, chunks: [{ afterMs: 0, utf8 }], ends: 'closed' },
});
const streamOf = (dialect: Dialect, response: ChatResponse): string => {
  const encoder = dialect.newStreamEncoder({ ...about, wantsUsage: true });
  return [...asEvents(response).flatMap((event) => encoder.push(event)), ...encoder.finish()].map(framed).join('');
};

const sides = [
  { dialect: openaiChat, check: checkChat, surfaces: ['openai-chat', 'iflow'], rawEnd: 'stop', rawCall: 'tool_calls' },
  { dialect: openaiResponses, check: checkResponses, surfaces: ['openai-responses', 'codex'], rawEnd: 'completed', rawCall: 'completed' },
];

describe.each(sides)('$dialect.id', ({ dialect, check, surfaces, rawEnd, rawCall }) => {
  const base = exchange(`${dialect.id}/text`);
  /** Its request asks for usage. */
  const streamed = exchange(`${dialect.id}/text.stream`);

  it.each(Object.entries(answers))('writes %s as documented, whole and streamed', (_, response) => {
    const whole = JSON.stringify(dialect.encodeResponse(response, about).value);
    expect(check(asExchange(base, 200, 'application/json', whole))).toStrictEqual([]);
    expect(check(asExchange(streamed, 200, 'text/event-stream', streamOf(dialect, response)))).toStrictEqual([]);
  });

  it('writes an error as documented', () => {
    const error = JSON.stringify(dialect.encodeError({ status: 413, message: 'too large' }));
    expect(check(asExchange(base, 413, 'application/json', error))).toStrictEqual([]);
  });

  it.each(surfaces)('reads what %s answers, whole and streamed', (surface) => {
    const text = [{ kind: 'text', text: 'Wireproof says ok.' }];
    expect(wholeOf(dialect, `${surface}/text`)).toMatchObject({ parts: text, stop: { reason: 'end', raw: rawEnd } });
    expect(foldedOf(dialect, `${surface}/text.stream`)).toMatchObject({ parts: text, stop: { reason: 'end', raw: rawEnd } });
    const called = { parts: [{ kind: 'tool-call', name: 'lookup' }], stop: { reason: 'tool-calls', raw: rawCall } };
    expect(wholeOf(dialect, `${surface}/tool-call`)).toMatchObject(called);
    expect(foldedOf(dialect, `${surface}/tool-call.stream`)).toMatchObject(called);
  });

  it.each(surfaces.flatMap((surface) => [`${surface}/text`, `${surface}/tool-call`, `${surface}/text.stream`]))(
    'reads the request of %s and writes it again without a loss',
    (id) => {
      const { body } = exchange(id).request;
      const { value, losses } = dialect.decodeRequest(body, {});
      const again = dialect.decodeRequest(JSON.parse(dialect.encodeRequest(value).value), {});
      expect(again.value).toStrictEqual({ ...value, wantsUsage: again.value.wantsUsage });
      expect(losses).toStrictEqual([]);
    },
  );
});

const bytesOf = ({ response }: Exchange): Buffer =>
  Buffer.concat(response.chunks.map((chunk) => ('utf8' in chunk ? Buffer.from(chunk.utf8) : Buffer.from(chunk.base64, 'base64'))));

const wholeOf = (dialect: Dialect, id: string) => dialect.decodeResponse(JSON.parse(bytesOf(exchange(id)).toString())).value;

const foldedOf = (dialect: Dialect, id: string) => {
  const decoder = dialect.newStreamDecoder();
  const aggregator = newAggregator();
  const { events } = parseEvents(bytesOf(exchange(id)));
  for (const event of [...events.flatMap((each) => decoder.push(each)), ...decoder.finish()]) aggregator.push(event);
  return aggregator.result();
};
