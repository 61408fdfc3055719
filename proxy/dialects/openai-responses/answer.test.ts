import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatResponse } from '../../ir/chat.ts';
import openaiResponses from './index.ts';

const about = { model: 'shown', createdAt: 17 };

/** What every response object says besides its items. */
const shell = {
  id: 'resp_1',
  object: 'response',
  created_at: 17,
  background: false,
  error: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: 'shown',
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: false,
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
  user: null,
};
const usageOnWire = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 19,
};
const message = {
  id: 'msg_resp_1_1',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Looking.', annotations: [], logprobs: [] }],
};
const call = {
  id: 'fc_resp_1_2',
  type: 'function_call',
  status: 'completed',
  call_id: 'a',
  name: 'lookup',
  arguments: '{"city":"Berlin"}',
};
const thought = { id: 'rs_resp_1_0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'A city.' }], encrypted_content: 'sealed' };
const whole = { ...shell, status: 'completed', incomplete_details: null, output: [thought, message, call], usage: usageOnWire };

const response: ChatResponse = {
  id: 'resp_1',
  model: 'shown',
  parts: [
    { kind: 'reasoning', text: 'A city.', signature: { issuer: 'openai-responses', value: 'sealed' } },
    { kind: 'text', text: 'Looking.' },
    { kind: 'tool-call', id: 'a', name: 'lookup', arguments: '{"city":"Berlin"}' },
  ],
  stop: { reason: 'tool-calls', raw: 'completed' },
  usage: { input: 12, output: 7, cachedInput: 4, reasoning: 3 },
};

describe('a Responses answer', () => {
  it('is read whole', () => {
    expect(openaiResponses.decodeResponse(whole)).toStrictEqual({ value: response, losses: [] });
  });

  it('is written whole', () => {
    expect(openaiResponses.encodeResponse(response, about)).toStrictEqual({ value: whole, losses: [] });
  });

  it.each([
    [{ status: 'completed' }, { reason: 'end', raw: 'completed' }],
    [
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
      { reason: 'length', raw: 'max_output_tokens' },
    ],
    [
      { status: 'incomplete', incomplete_details: { reason: 'content_filter' } },
      { reason: 'refusal', raw: 'content_filter' },
    ],
    [
      { status: 'incomplete', incomplete_details: { reason: 'other_thing' } },
      { reason: 'other', raw: 'other_thing' },
    ],
    [{ status: 'incomplete' }, { reason: 'other', raw: 'incomplete' }],
    [{ output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }] }, { reason: 'refusal' }],
  ])('reads the end of %j', (fields, stop) => {
    expect(openaiResponses.decodeResponse({ output: [], ...fields }).value.stop).toStrictEqual(stop);
  });

  it.each([
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['refusal', 'incomplete', { reason: 'content_filter' }],
    ['end', 'completed', null],
  ] as const)('writes an answer that ended in %s as %s', (reason, status, incomplete_details) => {
    const { value } = openaiResponses.encodeResponse({ id: 'resp_1', model: 'm', parts: [], stop: { reason } }, about);
    expect(value).toStrictEqual({ ...shell, status, incomplete_details, output: [], usage: null });
  });

  it('declares items that have no neutral form', () => {
    const { losses } = openaiResponses.decodeResponse({ output: [{ type: 'web_search_call' }] });
    expect(losses).toStrictEqual([{ path: 'output[0]', why: 'an item of type "web_search_call" has no neutral form' }]);
  });

  it.each([
    [null, 'the upstream answered without an output'],
    [{ error: {} }, 'the upstream answered without an output'],
    [{ status: 'failed', output: [], error: { code: 'server_error', message: 'broke' } }, "the upstream's response failed: broke"],
  ])('refuses %j as a bad answer of the upstream', (wire, text) => {
    expect(() => openaiResponses.decodeResponse(wire)).toThrow(expect.objectContaining({ code: 'upstream-bad-answer', message: text }));
  });
});

const encode = (events: readonly ChatEvent[]): unknown[] => {
  const encoder = openaiResponses.newStreamEncoder({ ...about, wantsUsage: false });
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  expect(wire.map(({ event }) => event)).toStrictEqual(wire.map(({ data }) => (JSON.parse(data) as { type: string }).type));
  return wire.map(({ data }) => JSON.parse(data) as unknown);
};
const numbered = (events: readonly object[]) => events.map((event, sequence_number) => ({ ...event, sequence_number }));
const begun = { ...shell, status: 'in_progress', incomplete_details: null, output: [], usage: null };
const opening = [
  { type: 'response.created', response: begun },
  { type: 'response.in_progress', response: begun },
];
const begin: ChatEvent = { kind: 'start', id: 'resp_1', model: 'upstream' };

describe('writing a Responses stream', () => {
  it('follows the grammar for reasoning, text and a call', () => {
    const events: ChatEvent[] = [
      begin,
      { kind: 'part-start', index: 0, part: 'reasoning' },
      { kind: 'delta', index: 0, text: 'A city.' },
      { kind: 'signature', index: 0, issuer: 'openai-responses', value: 'sealed' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: 'text' },
      { kind: 'delta', index: 1, text: 'Look' },
      { kind: 'delta', index: 1, text: 'ing.' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-start', index: 2, part: 'tool-call', id: 'a', name: 'lookup' },
      { kind: 'delta', index: 2, text: '{"city":"Berlin"}' },
      { kind: 'part-end', index: 2 },
      { kind: 'stop', reason: 'tool-calls', usage: { input: 12, output: 7, cachedInput: 4, reasoning: 3 } },
    ];
    const summary = { item_id: thought.id, output_index: 0, summary_index: 0 };
    const content = { item_id: message.id, output_index: 1, content_index: 0 };
    const args = { item_id: call.id, output_index: 2 };
    expect(encode(events)).toStrictEqual(
      numbered([
        ...opening,
        { type: 'response.output_item.added', output_index: 0, item: { id: thought.id, type: 'reasoning', summary: [] } },
        { type: 'response.reasoning_summary_part.added', ...summary, part: { type: 'summary_text', text: '' } },
        { type: 'response.reasoning_summary_text.delta', ...summary, delta: 'A city.' },
        { type: 'response.reasoning_summary_text.done', ...summary, text: 'A city.' },
        { type: 'response.reasoning_summary_part.done', ...summary, part: { type: 'summary_text', text: 'A city.' } },
        { type: 'response.output_item.done', output_index: 0, item: thought },
        { type: 'response.output_item.added', output_index: 1, item: { ...message, status: 'in_progress', content: [] } },
        { type: 'response.content_part.added', ...content, part: { ...message.content[0], text: '' } },
        { type: 'response.output_text.delta', ...content, delta: 'Look', logprobs: [] },
        { type: 'response.output_text.delta', ...content, delta: 'ing.', logprobs: [] },
        { type: 'response.output_text.done', ...content, text: 'Looking.', logprobs: [] },
        { type: 'response.content_part.done', ...content, part: message.content[0] },
        { type: 'response.output_item.done', output_index: 1, item: message },
        { type: 'response.output_item.added', output_index: 2, item: { ...call, status: 'in_progress', arguments: '' } },
        { type: 'response.function_call_arguments.delta', ...args, delta: '{"city":"Berlin"}' },
        { type: 'response.function_call_arguments.done', ...args, name: 'lookup', arguments: '{"city":"Berlin"}' },
        { type: 'response.output_item.done', output_index: 2, item: call },
        { type: 'response.completed', response: whole },
      ]),
    );
  });

  it('ends a cut-off answer with response.incomplete', () => {
    expect(encode([begin, { kind: 'stop', reason: 'length' }])).toStrictEqual(
      numbered([
        ...opening,
        { type: 'response.incomplete', response: { ...begun, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } } },
      ]),
    );
  });

  it('writes one error event and nothing after it', () => {
    const error = { status: 401, message: 'no' };
    expect(encode([begin, { kind: 'error', error }, { kind: 'stop', reason: 'end' }])).toStrictEqual(
      numbered([...opening, { type: 'error', code: 'invalid_api_key', message: 'no', param: null }]),
    );
  });

  it('owes nothing to a stream that was cut', () => {
    expect(encode([begin])).toStrictEqual(numbered(opening));
  });
});

const decode = (events: readonly (object | string)[]): readonly ChatEvent[] => {
  const decoder = openaiResponses.newStreamDecoder();
  const out = events.flatMap((event) => decoder.push({ data: typeof event === 'string' ? event : JSON.stringify(event) }));
  return [...out, ...decoder.finish()];
};
const created = { type: 'response.created', response: { id: 'r', model: 'm', output: [] } };
const completed = { type: 'response.completed', response: { id: 'r', model: 'm', status: 'completed', output: [], usage: usageOnWire } };
const started: ChatEvent = { kind: 'start', id: 'r', model: 'm' };
const ended: ChatEvent = { kind: 'stop', reason: 'end', raw: 'completed', usage: { input: 12, output: 7, cachedInput: 4, reasoning: 3 } };

describe('reading a Responses stream', () => {
  it('rebuilds the answer when part events are left out and the last output is empty', () => {
    const at = { output_index: 0 };
    const done = { type: 'message', content: [{ type: 'output_text', text: 'hi' }] };
    const events = [
      { type: 'codex.rate_limits' },
      created,
      { type: 'response.output_item.added', ...at, item: { type: 'message', content: [] } },
      { type: 'response.output_text.delta', ...at, content_index: 0, delta: 'h' },
      { type: 'response.output_text.delta', ...at, content_index: 0, delta: 'i' },
      { type: 'response.output_item.done', ...at, item: done },
      completed,
    ];
    expect(decode(events)).toStrictEqual([
      started,
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'h' },
      { kind: 'delta', index: 0, text: 'i' },
      { kind: 'part-end', index: 0 },
      ended,
    ]);
  });

  it('takes text and arguments from done events where nothing was streamed', () => {
    const events = [
      created,
      { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'hi' },
      { type: 'response.output_item.added', output_index: 1, item: { type: 'function_call', call_id: 'a', name: 'f', arguments: '' } },
      { type: 'response.function_call_arguments.done', output_index: 1, arguments: '{}' },
      { type: 'response.output_item.done', output_index: 2, item: { type: 'function_call', call_id: 'b', name: 'g', arguments: '[]' } },
      completed,
    ];
    expect(decode(events)).toStrictEqual([
      started,
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'hi' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'delta', index: 1, text: '{}' },
      { kind: 'part-start', index: 2, part: 'tool-call', id: 'b', name: 'g' },
      { kind: 'delta', index: 2, text: '[]' },
      { kind: 'part-end', index: 2 },
      { kind: 'part-end', index: 0 },
      { kind: 'part-end', index: 1 },
      { ...ended, reason: 'tool-calls' },
    ]);
  });

  it('takes everything from the last event when nothing else came', () => {
    expect(decode([{ ...completed, response: { ...whole, id: 'r', model: 'm', output: [message] } }])).toStrictEqual([
      started,
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'Looking.' },
      { kind: 'part-end', index: 0 },
      ended,
    ]);
  });

  it('tells items apart by id when nothing is numbered', () => {
    const added = (id: string) => ({ type: 'response.output_item.added', item: { id, type: 'function_call', call_id: id, name: 'f' } });
    const delta = (item_id: string) => ({ type: 'response.function_call_arguments.delta', item_id, delta: item_id });
    expect(decode([created, added('a'), added('b'), delta('b'), delta('a')])).toStrictEqual([
      started,
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'b', name: 'f' },
      { kind: 'delta', index: 1, text: 'b' },
      { kind: 'delta', index: 0, text: 'a' },
    ]);
  });

  it('joins the pieces of a reasoning summary, and passes over reasoning that says nothing', () => {
    const piece = (summary_index: number, delta: string) => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index,
      delta,
    });
    const silent = { type: 'response.output_item.done', output_index: 1, item: { type: 'reasoning', summary: [] } };
    const sealed = { type: 'response.output_item.done', output_index: 0, item: { type: 'reasoning', summary: [], encrypted_content: 's' } };
    expect(decode([created, piece(0, 'a'), piece(0, 'b'), piece(1, 'c'), sealed, silent])).toStrictEqual([
      started,
      { kind: 'part-start', index: 0, part: 'reasoning' },
      { kind: 'delta', index: 0, text: 'a' },
      { kind: 'delta', index: 0, text: 'b' },
      { kind: 'delta', index: 0, text: '\n\nc' },
      { kind: 'signature', index: 0, issuer: 'openai-responses', value: 's' },
      { kind: 'part-end', index: 0 },
    ]);
  });

  it('yields no stop before a terminal event', () => {
    expect(decode([created, { type: 'response.in_progress' }])).toStrictEqual([started]);
  });

  it('reads response.incomplete as a stop', () => {
    const response = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(decode([created, { type: 'response.incomplete', response }])).toStrictEqual([
      started,
      { kind: 'stop', reason: 'length', raw: 'max_output_tokens' },
    ]);
  });

  it.each([
    [
      { type: 'response.failed', response: { id: 'r', error: { code: 'rate_limit_exceeded', message: 'slow' } } },
      { status: 429, message: 'slow', code: 'rate_limit_exceeded' },
    ],
    [
      { type: 'error', code: 'invalid_prompt', message: 'no', param: 'input' },
      { status: 400, message: 'no', code: 'invalid_prompt', param: 'input' },
    ],
    [
      { type: 'error', status_code: 401, error: { type: 'some_error', message: 'key' } },
      { status: 401, message: 'key', type: 'some_error' },
    ],
    [
      { type: 'error', message: 'broke', code: null, param: null },
      { status: 502, message: 'broke' },
    ],
    [{ error: { message: 'bare', type: 'server_error' } }, { status: 502, message: 'bare', type: 'server_error' }],
    [{ type: 'response.failed' }, { status: 502, message: 'the upstream reported an error without a message' }],
    ['oops', { status: 502, code: 'upstream_bad_answer', message: "the upstream's stream has an event that is not a JSON object" }],
  ])('ends with an error at %j', (event, error) => {
    expect(decode([created, event, completed])).toStrictEqual([started, { kind: 'error', error }]);
  });
});
