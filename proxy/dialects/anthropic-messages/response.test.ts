import { describe, expect, it } from 'vitest';
import { message } from '#fixtures/wire/anthropic-messages';
import type { ChatResponse } from '../../ir/chat.ts';
import anthropicMessages from './index.ts';

const about = { model: 'shown', createdAt: 0 };
const whole: ChatResponse = {
  id: 'msg_1',
  model: 'claude-sonnet-4-6',
  parts: [
    { kind: 'reasoning', text: 'hm', signature: { issuer: 'anthropic-messages', value: 'sig' } },
    { kind: 'text', text: 'ok' },
    { kind: 'tool-call', id: 'toolu_1', name: 'lookup', arguments: '{"city":"Berlin"}' },
  ],
  stop: { reason: 'tool-calls', raw: 'tool_use' },
  usage: { input: 20, output: 7, cachedInput: 5 },
};
const wire = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-6',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'sig' },
    { type: 'text', text: 'ok' },
    { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: { city: 'Berlin' } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 15, cache_read_input_tokens: 5, output_tokens: 7 },
};

describe('answers', () => {
  it('reads one', () => {
    expect(anthropicMessages.decodeResponse(wire)).toStrictEqual({ value: whole, losses: [] });
  });

  it('counts tokens that went into the cache as input', () => {
    const usage = { input_tokens: 1, cache_creation_input_tokens: 2, cache_read_input_tokens: 4, output_tokens: 8 };
    expect(anthropicMessages.decodeResponse({ ...wire, usage }).value.usage).toStrictEqual({
      input: 7,
      cachedInput: 4,
      cacheWrites: 2,
      output: 8,
    });
  });

  it('writes one as documented', () => {
    const written = anthropicMessages.encodeResponse(whole, about);
    expect(written).toStrictEqual({ value: { ...wire, model: 'shown' }, losses: [] });
    expect(message.safeParse(written.value).error).toBeUndefined();
  });

  it('declares wrapped arguments and made-up counts', () => {
    const { usage: _usage, ...noUsage } = whole;
    const cut: ChatResponse = {
      ...noUsage,
      parts: [{ kind: 'tool-call', id: 'c', name: 't', arguments: '{"a' }],
      stop: { reason: 'length' },
    };
    expect(anthropicMessages.encodeResponse(cut, about)).toStrictEqual({
      value: {
        ...wire,
        model: 'shown',
        content: [{ type: 'tool_use', id: 'c', name: 't', input: { _raw: '{"a' } }],
        stop_reason: 'max_tokens',
        usage: { input_tokens: 0, output_tokens: 0 },
      },
      losses: [
        { path: 'parts[0].arguments', why: 'the arguments are not a JSON object; their text is sent as the member _raw' },
        { path: 'usage', why: 'Anthropic demands usage; zeros stand for counts that the upstream did not send' },
      ],
    });
  });

  it.each([
    ['end_turn', 'end'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['stop_sequence', 'stop-sequence'],
    ['refusal', 'refusal'],
    ['pause_turn', 'other'],
  ])('reads %s as %s and gives it back', (stop_reason, reason) => {
    const { value } = anthropicMessages.decodeResponse({ ...wire, stop_reason });
    expect(value.stop).toStrictEqual({ reason, raw: stop_reason });
    expect(anthropicMessages.encodeResponse(value, about).value).toMatchObject({ stop_reason });
  });

  it.each([[null], [{}], [{ content: 'text' }]])('refuses %j, which is the fault of the upstream', (body) => {
    expect(() => anthropicMessages.decodeResponse(body)).toThrow(expect.objectContaining({ code: 'upstream-bad-answer' }));
  });
});

describe('errors', () => {
  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [406, 'invalid_request_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('has the type for status %i (sheet 1.4 rule B)', (status, type) => {
    expect(anthropicMessages.encodeError({ status, message: 'm', requestId: 'r' })).toStrictEqual({
      type: 'error',
      error: { type, message: 'm' },
      request_id: 'r',
    });
  });

  it('reads its own envelope and no other', () => {
    const body = { type: 'error', error: { type: 'not_found_error', message: 'm' } };
    expect(anthropicMessages.decodeError(404, body)).toStrictEqual({ status: 404, type: 'not_found_error', message: 'm' });
    expect(anthropicMessages.decodeError(404, { error: { message: 'm', type: 'x' } })).toBeUndefined();
    expect(anthropicMessages.decodeError(404, 'nginx')).toBeUndefined();
  });
});
