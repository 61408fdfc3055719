import { describe, expect, it } from 'vitest';
import { event as wireSchema } from '#fixtures/wire/anthropic-messages';
import type { ChatEvent } from '../../ir/chat.ts';
import anthropicMessages from './index.ts';

const encode = (...events: ChatEvent[]) => {
  const encoder = anthropicMessages.newStreamEncoder({ model: 'shown', createdAt: 0, wantsUsage: true });
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  const values = wire.map(({ data }) => JSON.parse(data) as { type: string });
  expect(wire.map(({ event }) => event)).toStrictEqual(values.map(({ type }) => type));
  for (const value of values) expect(wireSchema.safeParse(value).error).toBeUndefined();
  return values;
};

const decode = (...wire: object[]) => {
  const decoder = anthropicMessages.newStreamDecoder();
  return [...wire.flatMap((value) => decoder.push({ data: JSON.stringify(value) })), ...decoder.finish()];
};

const start: ChatEvent = { kind: 'start', id: 'msg_1', model: 'upstream' };
const messageStart = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'shown',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  },
};

describe('writing a stream', () => {
  it('closes one block before it opens the next, though two were open at once', () => {
    const written = encode(
      start,
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'c', name: 'lookup' },
      { kind: 'delta', index: 1, text: '{"city"' },
      { kind: 'delta', index: 0, text: 'Let me see.' },
      { kind: 'delta', index: 1, text: ':"Berlin"}' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-end', index: 0 },
      { kind: 'stop', reason: 'tool-calls', raw: 'tool_calls', usage: { input: 10, output: 5, cachedInput: 4 } },
    );
    expect(written).toStrictEqual([
      messageStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Let me see.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'c', name: 'lookup', input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"city"' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: ':"Berlin"}' } },
      { type: 'content_block_stop', index: 1 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 5 },
      },
      { type: 'message_stop' },
    ]);
  });

  it('writes thinking with its signature, and redacted thinking as a block of its own', () => {
    const written = encode(
      start,
      { kind: 'part-start', index: 4, part: 'reasoning' },
      { kind: 'delta', index: 4, text: 'hm' },
      { kind: 'signature', index: 4, issuer: 'anthropic-messages', value: 'sig' },
      { kind: 'part-end', index: 4 },
      { kind: 'part-start', index: 9, part: 'reasoning' },
      { kind: 'signature', index: 9, issuer: 'anthropic-messages', value: 'redacted_thinking:eHh4' },
      { kind: 'part-end', index: 9 },
    );
    expect(written).toStrictEqual([
      messageStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'eHh4' } },
      { type: 'content_block_stop', index: 1 },
    ]);
  });

  it('ends a failed stream with an error event and nothing after it', () => {
    const written = encode(
      start,
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'error', error: { status: 529, message: 'busy' } },
      { kind: 'stop', reason: 'end' },
    );
    expect(written.slice(1)).toStrictEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'error', error: { type: 'overloaded_error', message: 'busy' } },
    ]);
  });
});

describe('reading a stream', () => {
  const begin = {
    type: 'message_start',
    message: { id: 'msg_1', model: 'm', usage: { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 1 } },
  };
  const delta = { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } };

  it('joins the counts of both ends of the stream', () => {
    expect(decode(begin, { type: 'ping' }, delta, { type: 'message_stop' })).toStrictEqual([
      { kind: 'start', id: 'msg_1', model: 'm' },
      { kind: 'stop', reason: 'end', raw: 'end_turn', usage: { input: 10, output: 5, cachedInput: 3 } },
    ]);
  });

  it('makes up no usage when the last counts are missing', () => {
    expect(decode(begin, { type: 'message_delta', delta: { stop_reason: 'max_tokens' } }, { type: 'message_stop' }).at(-1)).toStrictEqual({
      kind: 'stop',
      reason: 'length',
      raw: 'max_tokens',
    });
  });

  it.each<readonly [string, object, object]>([
    ['nothing', { delta: {} }, {}],
    ['a larger count', { delta: { stop_reason: null }, usage: { output_tokens: 6 } }, { usage: { input: 11, output: 6, cachedInput: 3 } }],
    ['a smaller count', { delta: {}, usage: { output_tokens: 2 } }, {}],
    ['another reason', { delta: { stop_reason: 'max_tokens' } }, { reason: 'length', raw: 'max_tokens' }],
  ])('keeps what a message_delta told when a second one tells %s', (_what, second, changed) => {
    const first = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 8, output_tokens: 5 } };
    const [last] = decode(begin, first, { type: 'message_delta', ...second }, { type: 'message_stop' }).slice(-1);
    const usage = { input: 11, output: 5, cachedInput: 3 };
    expect(last).toStrictEqual({ kind: 'stop', reason: 'end', raw: 'end_turn', usage, ...changed });
  });

  it('keeps the words of a refusal when a second message_delta has none', () => {
    const stop_details = { type: 'refusal', explanation: 'Not this.' };
    const told = decode(
      begin,
      { type: 'message_delta', delta: { stop_reason: 'refusal', stop_details }, usage: { output_tokens: 1 } },
      { type: 'message_delta', delta: {}, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    );
    expect(told.slice(1)).toStrictEqual([
      { kind: 'part-start', index: 0, part: 'text', refusal: true },
      { kind: 'delta', index: 0, text: 'Not this.' },
      { kind: 'part-end', index: 0 },
      { kind: 'stop', reason: 'refusal', raw: 'refusal', usage: { input: 10, output: 2, cachedInput: 3 } },
    ]);
  });

  it.each([
    ['before message_delta', [begin]],
    ['before message_stop', [begin, delta]],
    ['by a message_stop alone', [begin, { type: 'message_stop' }]],
  ])('makes no stop of a stream that ends %s', (_when, wire) => {
    expect(decode(...wire)).toStrictEqual([{ kind: 'start', id: 'msg_1', model: 'm' }]);
  });

  it('reads arguments in pieces, whole, and none', () => {
    const block = (index: number, input: object) => ({
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id: `c${index}`, name: 't', input },
    });
    const stop = (index: number) => ({ type: 'content_block_stop', index });
    const piece = { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } };
    expect(decode(block(0, {}), piece, stop(0), block(1, { b: 2 }), stop(1), block(2, {}), stop(2))).toStrictEqual([
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'c0', name: 't' },
      { kind: 'delta', index: 0, text: '{"a":1}' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'c1', name: 't' },
      { kind: 'delta', index: 1, text: '{"b":2}' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-start', index: 2, part: 'tool-call', id: 'c2', name: 't' },
      { kind: 'delta', index: 2, text: '{}' },
      { kind: 'part-end', index: 2 },
    ]);
  });

  it('skips blocks that have no neutral form without a gap in the numbers', () => {
    const events = decode(
      { type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 's', name: 'web_search' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'a' } },
    );
    expect(events).toStrictEqual([
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'a' },
    ]);
  });

  it('takes the status of an error from its type, and reads nothing after it', () => {
    const error = { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' }, request_id: 'req_1' };
    expect(decode(error, delta, { type: 'message_stop' })).toStrictEqual([
      { kind: 'error', error: { status: 429, type: 'rate_limit_error', message: 'slow down', requestId: 'req_1' } },
    ]);
  });

  it('turns what is no JSON into an error', () => {
    expect(anthropicMessages.newStreamDecoder().push({ event: 'message_start', data: '<html>' })).toStrictEqual([
      { kind: 'error', error: { status: 502, code: 'upstream_bad_answer', message: 'an event of the upstream is not a JSON object' } },
    ]);
  });
});
