import { describe, expect, it } from 'vitest';

import { isModelCall, shownPath } from './seen.ts';

describe('a path that is shown', () => {
  it.each([
    ['/v1/models', '/v1/models'],
    ['/v1beta/models/m:generateContent?key=secret-text&alt=sse', '/v1beta/models/m:generateContent?key=…&alt=sse'],
    ['/v1/messages?beta=true&a?b=secret-text', '/v1/messages?beta=true&a?b=…'],
    ['/api/internal?getUserInfo', '/api/internal?getUserInfo'],
    ['/\u001b[2J', '/\\x1b[2J'],
  ])('%j is %j', (path, shown) => {
    expect(shownPath(path)).toBe(shown);
  });

  it('has an end', () => {
    expect(shownPath(`/${'x'.repeat(100_000)}`)).toHaveLength('/'.length + 299 + '… (99701 more characters)'.length);
  });
});

describe('a call of a model', () => {
  it.each([
    ['POST', '/v1/chat/completions', true],
    ['POST', '/v1/messages?beta=true', true],
    ['GET', '/v1/responses', true],
    ['POST', '/v1beta/models/m:streamGenerateContent?alt=sse', true],
    ['POST', '/api/provider/openai/v1/responses', true],
    ['GET', '/v1/models', false],
    ['POST', '/v1/messages/count_tokens', false],
    ['POST', '/api/threads', false],
    ['GET', '/v1/chat/completions', false],
  ])('%s %s: %s', (method, path, is) => {
    expect(isModelCall({ kind: 'request', method, path })).toBe(is);
  });
});
