import { describe, expect, it } from 'vitest';
import { finishedAnswer, googleError } from '#fixtures/wire/gemini-generate';
import type { ChatResponse } from '../../ir/chat.ts';
import geminiGenerate from './index.ts';

const about = { model: 'shown', createdAt: 0 };
const whole: ChatResponse = {
  id: 'r1',
  model: 'gemini-2.5-pro',
  parts: [
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'ok' },
    { kind: 'reasoning', text: '', signature: { issuer: 'gemini-generate', value: 'sig' } },
    { kind: 'tool-call', id: 'c1', name: 'lookup', arguments: '{"city":"Berlin"}' },
  ],
  stop: { reason: 'tool-calls', raw: 'STOP' },
  usage: { input: 20, output: 9, cachedInput: 5, reasoning: 2 },
};
const wire = {
  candidates: [
    {
      content: {
        role: 'model',
        parts: [
          { text: 'hm', thought: true },
          { text: 'ok' },
          { functionCall: { id: 'c1', name: 'lookup', args: { city: 'Berlin' } }, thoughtSignature: 'sig' },
        ],
      },
      finishReason: 'STOP',
      index: 0,
    },
  ],
  usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 7, thoughtsTokenCount: 2, cachedContentTokenCount: 5, totalTokenCount: 29 },
  modelVersion: 'gemini-2.5-pro',
  responseId: 'r1',
};
const answering = (candidate: object, more: object = {}) => ({ candidates: [candidate], responseId: 'r/1', modelVersion: 'm', ...more });

describe('answers', () => {
  it('reads one', () => {
    expect(geminiGenerate.decodeResponse(wire)).toStrictEqual({ value: whole, losses: [] });
  });

  it('writes one as documented', () => {
    const written = geminiGenerate.encodeResponse(whole, about);
    expect(written).toStrictEqual({ value: { ...wire, modelVersion: 'shown' }, losses: [] });
    expect(finishedAnswer.safeParse(written.value).error).toBeUndefined();
  });

  it('makes up ids for calls from the id of the answer', () => {
    const parts = [{ text: 'a' }, { functionCall: { name: 't' } }];
    expect(geminiGenerate.decodeResponse(answering({ content: { parts }, finishReason: 'STOP' })).value).toStrictEqual({
      id: 'r/1',
      model: 'm',
      parts: [
        { kind: 'text', text: 'a' },
        { kind: 'tool-call', id: 'call_r1_1', name: 't', arguments: '{}' },
      ],
      stop: { reason: 'tool-calls', raw: 'STOP' },
    });
  });

  it.each([
    ['STOP', 'end'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'refusal'],
    ['RECITATION', 'refusal'],
    ['PROHIBITED_CONTENT', 'refusal'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
  ])('reads %s as %s and gives it back', (finishReason, reason) => {
    const { value } = geminiGenerate.decodeResponse(answering({ finishReason }));
    expect(value.stop).toStrictEqual({ reason, raw: finishReason });
    expect(geminiGenerate.encodeResponse(value, about).value).toMatchObject({ candidates: [{ finishReason }] });
  });

  it.each([
    ['end_turn', 'end', 'STOP'],
    ['tool_use', 'tool-calls', 'STOP'],
    ['refusal', 'refusal', 'SAFETY'],
    [undefined, 'other', 'OTHER'],
  ] as const)("says another dialect's %s in its own words", (raw, reason, finishReason) => {
    const stop = { reason, ...(raw !== undefined && { raw }) };
    expect(geminiGenerate.encodeResponse({ ...whole, stop }, about).value).toMatchObject({ candidates: [{ finishReason }] });
  });

  it('reads a blocked prompt as a refusal', () => {
    const body = {
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
      modelVersion: 'm',
    };
    expect(geminiGenerate.decodeResponse(body).value).toStrictEqual({
      id: '',
      model: 'm',
      parts: [],
      stop: { reason: 'refusal', raw: 'SAFETY' },
      usage: { input: 3, output: 0 },
    });
  });

  it.each([[null], [{}], [{ candidates: [] }]])('refuses %j, which is the fault of the upstream', (body) => {
    expect(() => geminiGenerate.decodeResponse(body)).toThrow(expect.objectContaining({ code: 'upstream-bad-answer' }));
  });
});

describe('errors', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [406, 'INVALID_ARGUMENT'],
    [413, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('has the word for status %i', (status, word) => {
    const body = geminiGenerate.encodeError({ status, message: 'm' });
    expect(body).toStrictEqual({ error: { code: status, message: 'm', status: word } });
    expect(googleError.safeParse(body).error).toBeUndefined();
  });

  it('reads its own envelope, also in an array, and no other', () => {
    const body = {
      error: {
        code: 429,
        message: 'm',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.Help' },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '26s' },
        ],
      },
    };
    const info = { status: 429, message: 'm', code: 'RESOURCE_EXHAUSTED', retryAfterSeconds: 26 };
    expect(geminiGenerate.decodeError(429, body)).toStrictEqual(info);
    expect(geminiGenerate.decodeError(429, [body])).toStrictEqual(info);
    expect(geminiGenerate.decodeError(429, geminiGenerate.encodeError(info))).toStrictEqual(info);
    expect(geminiGenerate.decodeError(400, { error: { message: 'm', type: 'x', code: 'y' } })).toBeUndefined();
    expect(geminiGenerate.decodeError(400, { detail: 'm' })).toBeUndefined();
  });

  it.each([
    ['26.523s', 27],
    ['0.2s', 1],
    ['0s', 0],
    ['1e3s', undefined],
    ['99999999999999999999s', undefined],
  ])('reads a retryDelay of %s as %s whole seconds', (retryDelay, seconds) => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
    const body = { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED', details } };
    expect(geminiGenerate.decodeError(429, body)?.retryAfterSeconds).toBe(seconds);
  });
});
