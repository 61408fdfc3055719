import { describe, expect, it } from 'vitest';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

describe.each([openaiChat, openaiResponses])('errors of $id', ({ decodeError, encodeError }) => {
  it.each([
    [400, 'invalid_request_error', null],
    [401, 'authentication_error', 'invalid_api_key'],
    [403, 'permission_error', null],
    [404, 'invalid_request_error', 'model_not_found'],
    [413, 'invalid_request_error', null],
    [429, 'rate_limit_error', 'rate_limit_exceeded'],
    [500, 'server_error', 'internal_server_error'],
    [503, 'server_error', 'internal_server_error'],
  ])('names a %i by its status', (status, type, code) => {
    expect(encodeError({ status, message: 'm' })).toStrictEqual({ error: { message: 'm', type, param: null, code } });
  });

  it('keeps what the error says of itself', () => {
    const error = { status: 403, message: 'm', type: 't', code: 'c', param: 'p' };
    expect(encodeError(error)).toStrictEqual({ error: { message: 'm', type: 't', param: 'p', code: 'c' } });
    expect(decodeError(403, encodeError(error))).toStrictEqual(error);
  });

  it.each([
    [{ error: { message: 'm', type: 'x', param: null, code: null } }, { status: 400, message: 'm', type: 'x' }],
    [{ error: { message: 'm', code: 400 } }, { status: 400, message: 'm', code: '400' }],
    [{ error: 'Invalid API key' }, { status: 400, message: 'Invalid API key' }],
    [{ detail: 'not supported' }, { status: 400, message: 'not supported' }],
    [{ detail: [{ msg: 'x' }] }, { status: 400, message: '[{"msg":"x"}]' }],
    [
      { object: 'error', message: 'm', type: 'BadRequestError', code: 400 },
      { status: 400, message: 'm', type: 'BadRequestError', code: '400' },
    ],
    [{ error: { type: 'x' } }, undefined],
    [{ message: 'other envelope' }, undefined],
    ['<html>', undefined],
    [null, undefined],
    [[], undefined],
  ])('reads %j', (wire, expected) => {
    expect(decodeError(400, wire)).toStrictEqual(expected);
  });
});
