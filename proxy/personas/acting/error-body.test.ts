import { describe, expect, it } from 'vitest';

import type { ErrorPolicy } from '../persona.ts';
import { errorBody } from './error-body.ts';

const february: ErrorPolicy = { envelope: 'rule-a', anthropicEnvelope: 'rule-a', clientKey: 'plain-string', templateKeys: 'work' };
const august: ErrorPolicy = { ...february, anthropicEnvelope: 'rule-b', templateKeys: 'safe-mode' };

const chat = (status: number, upstreamText: string): unknown =>
  JSON.parse(errorBody(february, { dialect: 'openai-chat', info: { status, message: 'ours' }, upstreamText }) ?? 'null') as unknown;

const claude = (status: number, upstreamText: string): unknown => {
  const body = errorBody(august, { dialect: 'anthropic-messages', info: { status, message: 'ours' }, upstreamText });
  return (JSON.parse(body ?? 'null') as { readonly error: unknown }).error;
};

describe('rule A', () => {
  it.each([
    [401, { type: 'authentication_error', code: 'invalid_api_key' }],
    [403, { type: 'permission_error', code: 'insufficient_quota' }],
    [404, { type: 'invalid_request_error', code: 'model_not_found' }],
    [429, { type: 'rate_limit_error', code: 'rate_limit_exceeded' }],
    [500, { type: 'server_error', code: 'internal_server_error' }],
    [418, { type: 'invalid_request_error' }],
  ])('wraps what is no JSON: %i', (status, naming) => {
    expect(chat(status, ' no \n')).toEqual({ error: { message: 'no', ...naming } });
  });

  it('says the status where nothing is said', () => {
    expect(chat(406, ' ')).toEqual({ error: { message: 'status 406', type: 'invalid_request_error' } });
  });

  it('lets every JSON pass, trimmed and else byte for byte', () => {
    const body = (upstreamText: string) =>
      errorBody(february, { dialect: 'anthropic-messages', info: { status: 400, message: 'ours' }, upstreamText });
    expect([body('\n{"detail":  "x"} '), body('"x"'), body('[]')]).toEqual(['{"detail":  "x"}', '"x"', '[]']);
  });
});

describe('rule B', () => {
  it.each([
    ['{"error":{"message":"m","code":"c","type":"t"}}', { type: 't', message: 'm' }],
    ['{"error":{"code":"c"},"message":"top"}', { type: 'invalid_request_error', message: 'c' }],
    ['{"error":"text","message":"top"}', { type: 'invalid_request_error', message: 'top' }],
    ['{"detail":"x"}', { type: 'invalid_request_error', message: '{"detail":"x"}' }],
    ['', { type: 'invalid_request_error', message: 'status 400' }],
  ])('finds a message in %s', (text, error) => {
    expect(claude(400, text)).toEqual(error);
  });

  it.each([
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
    [502, 'api_error'],
    [406, 'invalid_request_error'],
  ])('names the class of %i', (status, type) => {
    expect(claude(status, 'x')).toEqual({ type, message: 'x' });
  });
});

it('leaves an upstream’s 401 alone where the client’s key is told of in plain text', () => {
  const info = { status: 401, message: 'no', code: 'invalid_api_key' };
  expect([
    errorBody(february, { dialect: 'openai-chat', info, upstreamText: '{"error":{"message":"no"}}' }),
    errorBody(february, { dialect: 'openai-chat', info }),
  ]).toEqual(['{"error":{"message":"no"}}', '{"error":"no"}']);
});
