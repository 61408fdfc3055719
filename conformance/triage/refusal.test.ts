import { describe, expect, it } from 'vitest';

import { refusalOf, type RefusalKind } from './refusal.ts';

const error = (status: number, message: string, code: string) => ({
  status,
  end: 'complete' as const,
  bodyText: JSON.stringify({ error: { message, ...(code !== '' && { code }) } }),
});

const kinds: readonly (readonly [RefusalKind, number, string, string])[] = [
  ['unknown-model', 502, 'unknown provider for model gemini-claude-opus-4-6-thinking', ''],
  ['unknown-model', 400, 'unknown provider for model x', 'model_not_found'],
  ['unknown-model', 404, 'The model `gpt-9` does not exist or you do not have access to it.', ''],
  ['not-for-this-account', 400, 'The model is not supported when using Codex with a ChatGPT account.', ''],
  ['quota', 429, 'Free allocated quota exceeded.', ''],
  ['quota', 403, 'You exceeded your current quota, please check your plan', 'insufficient_quota'],
  ['cooling-down', 429, 'All credentials for model x are cooling down via provider codex', 'model_cooldown'],
  ['rate', 429, 'Rate limit reached for requests', ''],
  ['no-credential', 500, 'auth_unavailable: no auth available', ''],
  ['no-credential', 503, 'auth_unavailable: no auth available (providers=codex, model=x)', ''],
  ['bad-translation', 400, 'Invalid JSON payload received. Unknown name "content"', ''],
  ['token-refused', 401, 'Incorrect API key provided: sk-…', ''],
  ['forbidden', 403, 'The caller does not have permission', ''],
  ['not-acceptable', 406, 'status 406', ''],
  ['too-large', 413, 'request entity too large', ''],
  ['timeout', 504, 'upstream took too long', ''],
  ['broken', 500, 'The server had an error', ''],
  ['broken', 503, 'overloaded', ''],
  ['other', 400, 'max_tokens is too small', ''],
];

describe('refusalOf', () => {
  it.each(kinds)('reads %s from %i %s', (kind, status, message, code) => {
    expect(refusalOf(error(status, message, code))).toBe(kind);
  });

  it('takes a key that the proxy itself refuses for no refusal of a provider', () => {
    expect(refusalOf({ status: 401, end: 'complete', bodyText: '{"error":"Invalid API key"}' })).toBe('key-refused');
  });

  it('sees none in an answer, and one in an answer that broke off', () => {
    const bodyText = '{"choices":[]}';
    expect(refusalOf({ status: 200, end: 'complete', bodyText })).toBeUndefined();
    expect(refusalOf({ status: 200, end: 'cut', bodyText })).toBe('broken');
    expect(refusalOf({ status: 200, end: 'timeout', bodyText })).toBe('timeout');
  });
});
