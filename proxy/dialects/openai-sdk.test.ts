import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { asEvents } from '../ir/as-events.ts';
import type { ChatResponse } from '../ir/chat.ts';
import type { Dialect, WireEvent } from './dialect.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

// What the official client makes of the bytes that the encoders write. Its `fetch` is handed in: no socket.

const about = { model: 'gpt-test', createdAt: 1_700_000_000 };
const usage = { input: 12, output: 7, cachedInput: 4, reasoning: 3 };

const spoken: ChatResponse = {
  id: 'resp_1',
  model: 'gpt-test',
  parts: [{ kind: 'text', text: 'Wireproof says ok. ✓' }],
  stop: { reason: 'end' },
  usage,
};
const calling: ChatResponse = {
  id: 'resp_2',
  model: 'gpt-test',
  parts: [
    { kind: 'reasoning', text: 'Two cities.' },
    { kind: 'text', text: 'Looking.' },
    { kind: 'tool-call', id: 'call_a', name: 'lookup', arguments: '{"city":"Berlin"}' },
    { kind: 'tool-call', id: 'call_b', name: 'list', arguments: '' },
  ],
  stop: { reason: 'tool-calls' },
  usage,
};

const sourced: ChatResponse = {
  ...spoken,
  parts: [
    {
      kind: 'text',
      text: 'Berlin is big.',
      citations: [{ url: 'https://example.com', title: 'Berlin', range: { start: 0, end: 6 } }],
      logprobs: [{ token: 'Berlin', logprob: -0.5, top: [] }],
    },
  ],
};
const refusing: ChatResponse = { ...spoken, parts: [{ kind: 'text', text: 'I cannot.', refusal: true }], stop: { reason: 'refusal' } };
const composing: ChatResponse = {
  ...spoken,
  parts: [{ kind: 'tool-call', id: 'call_c', name: 'poet', arguments: 'roses are "red"', custom: true }],
  stop: { reason: 'tool-calls' },
};
const token = { token: 'Berlin', bytes: [66, 101, 114, 108, 105, 110], logprob: -0.5, top_logprobs: [] };
const annotation = { url: 'https://example.com', title: 'Berlin', start_index: 0, end_index: 6 };

const framed = ({ event, data }: WireEvent): string => `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;

const clientOf = (body: string, contentType: string): OpenAI =>
  new OpenAI({
    apiKey: 'not-a-key',
    baseURL: 'http://upstream.invalid/v1',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': contentType } })),
  });

const answering = (dialect: Dialect, response: ChatResponse): OpenAI =>
  clientOf(JSON.stringify(dialect.encodeResponse(response, about).value), 'application/json');

const streaming = (dialect: Dialect, response: ChatResponse): OpenAI => {
  const encoder = dialect.newStreamEncoder({ ...about, wantsUsage: true });
  const wire = [...asEvents(response).flatMap((event) => encoder.push(event)), ...encoder.finish()];
  return clientOf(wire.map(framed).join(''), 'text/event-stream');
};

const failing = (dialect: Dialect): OpenAI => {
  const encoder = dialect.newStreamEncoder({ ...about, wantsUsage: true });
  const error = { status: 429, message: 'slow down' };
  const wire = [...encoder.push({ kind: 'start', id: 'r', model: 'm' }), ...encoder.push({ kind: 'error', error }), ...encoder.finish()];
  return clientOf(wire.map(framed).join(''), 'text/event-stream');
};

const ask = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'go' }] };
const usageOfChat = {
  prompt_tokens: 12,
  completion_tokens: 7,
  total_tokens: 19,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const callsOfChat = [
  { id: 'call_a', type: 'function', function: { name: 'lookup', arguments: '{"city":"Berlin"}' } },
  { id: 'call_b', type: 'function', function: { name: 'list', arguments: '{}' } },
];

describe('the openai client reads Chat Completions', () => {
  it('text, whole', async () => {
    const completion = await answering(openaiChat, spoken).chat.completions.create(ask);
    expect(completion.choices[0]?.message.content).toBe('Wireproof says ok. ✓');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage).toStrictEqual(usageOfChat);
  });

  it('text, streamed', async () => {
    const completion = await streaming(openaiChat, spoken).chat.completions.stream(ask).finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('Wireproof says ok. ✓');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage).toStrictEqual(usageOfChat);
  });

  it('tool calls, whole', async () => {
    const completion = await answering(openaiChat, calling).chat.completions.create(ask);
    expect(completion.choices[0]?.message.tool_calls).toStrictEqual(callsOfChat);
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('tool calls, streamed', async () => {
    const completion = await streaming(openaiChat, calling).chat.completions.stream(ask).finalChatCompletion();
    expect(
      completion.choices[0]?.message.tool_calls?.map(({ id, type, function: { name, arguments: args } }) => ({
        id,
        type,
        function: { name, arguments: args },
      })),
    ).toStrictEqual(callsOfChat);
    expect(completion.choices[0]?.message.content).toBe('Looking.');
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('a refusal, streamed', async () => {
    const completion = await streaming(openaiChat, refusing).chat.completions.stream(ask).finalChatCompletion();
    expect([completion.choices[0]?.message.refusal, completion.choices[0]?.finish_reason]).toEqual(['I cannot.', 'stop']);
  });

  it('log probabilities and sources, streamed', async () => {
    const completion = await streaming(openaiChat, sourced).chat.completions.stream(ask).finalChatCompletion();
    expect(completion.choices[0]?.logprobs).toEqual({ content: [token], refusal: null });
    const whole = await answering(openaiChat, sourced).chat.completions.create(ask);
    expect(whole.choices[0]?.message.annotations).toEqual([{ type: 'url_citation', url_citation: annotation }]);
  });

  it('a call of a custom tool, whole', async () => {
    const completion = await answering(openaiChat, composing).chat.completions.create(ask);
    expect(completion.choices[0]?.message.tool_calls).toStrictEqual([
      { id: 'call_c', type: 'custom', custom: { name: 'poet', input: 'roses are "red"' } },
    ]);
  });

  it('an error in the stream, as an error', async () => {
    await expect(failing(openaiChat).chat.completions.stream(ask).finalChatCompletion()).rejects.toMatchObject({
      message: 'slow down',
      code: 'rate_limit_exceeded',
      type: 'rate_limit_error',
    });
  });
});

const input = { model: 'gpt-test', input: 'go' };
const usageOfResponses = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 19,
};
const callsOf = (response: OpenAI.Responses.Response) =>
  response.output.flatMap((item) => (item.type === 'function_call' ? [[item.call_id, item.name, item.arguments]] : []));
const callsOfResponses = [
  ['call_a', 'lookup', '{"city":"Berlin"}'],
  ['call_b', 'list', '{}'],
];

describe('the openai client reads Responses', () => {
  it('text, whole', async () => {
    const response = await answering(openaiResponses, spoken).responses.create(input);
    expect(response.output_text).toBe('Wireproof says ok. ✓');
    expect(response.status).toBe('completed');
    expect(response.usage).toStrictEqual(usageOfResponses);
  });

  it('text, streamed', async () => {
    const response = await streaming(openaiResponses, spoken).responses.stream(input).finalResponse();
    expect(response.output_text).toBe('Wireproof says ok. ✓');
    expect(response.status).toBe('completed');
    expect(response.usage).toStrictEqual(usageOfResponses);
  });

  it('tool calls, whole', async () => {
    const response = await answering(openaiResponses, calling).responses.create(input);
    expect(callsOf(response)).toStrictEqual(callsOfResponses);
    expect(response.output_text).toBe('Looking.');
  });

  it('tool calls, streamed', async () => {
    const response = await streaming(openaiResponses, calling).responses.stream(input).finalResponse();
    expect(callsOf(response)).toStrictEqual(callsOfResponses);
    expect(response.output_text).toBe('Looking.');
  });

  it('deltas of a stream, added up by their place', async () => {
    const seen = new Map<string, string>();
    for await (const event of await streaming(openaiResponses, calling).responses.create({ ...input, stream: true })) {
      if (event.type === 'response.output_text.delta' || event.type === 'response.function_call_arguments.delta') {
        seen.set(event.item_id, (seen.get(event.item_id) ?? '') + event.delta);
      }
    }
    expect([...seen]).toStrictEqual([
      ['msg_resp_2_1', 'Looking.'],
      ['fc_resp_2_2', '{"city":"Berlin"}'],
      ['fc_resp_2_3', '{}'],
    ]);
  });

  it('a refusal, log probabilities, sources and a call of a custom tool, streamed', async () => {
    const parts = [...sourced.parts, ...refusing.parts, ...composing.parts];
    const { output } = await streaming(openaiResponses, { ...spoken, parts })
      .responses.stream(input)
      .finalResponse();
    expect(output).toMatchObject([
      { type: 'message', content: [{ text: 'Berlin is big.', annotations: [{ type: 'url_citation', ...annotation }], logprobs: [token] }] },
      { type: 'message', content: [{ type: 'refusal', refusal: 'I cannot.' }] },
      { type: 'custom_tool_call', call_id: 'call_c', name: 'poet', input: 'roses are "red"' },
    ]);
  });

  it('an error in the stream, as the last event', async () => {
    const types: string[] = [];
    for await (const event of await failing(openaiResponses).responses.create({ ...input, stream: true })) types.push(event.type);
    expect(types).toStrictEqual(['response.created', 'response.in_progress', 'error']);
  });
});
