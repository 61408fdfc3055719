import { describe, expect, it } from 'vitest';

import { itemOf } from '../testing/baseline-item-of.ts';
import { retryAfterMs } from './retry-after.ts';
import { itemsOf, onlyGroups } from './select-items.ts';
import { worstCaseOf } from './worst-case.ts';

describe('retryAfterMs', () => {
  it.each([
    [[['Retry-After', '7']], 7_000],
    [[['retry-after', 'Thu, 01 Jan 1970 00:00:05 GMT']], 4_000],
    [[['retry-after', 'Thu, 01 Jan 1970 00:00:00 GMT']], 0],
    [
      [
        ['retry-after', '7'],
        ['retry-after-ms', '250'],
      ],
      250,
    ],
    [[['retry-after', '-1 or so']], undefined],
    [[], undefined],
  ])('%j', (fields, ms) => {
    expect(retryAfterMs(fields as [string, string][], 1_000)).toBe(ms);
  });
});

describe('worstCaseOf', () => {
  const costs = (target: string, body?: unknown) =>
    worstCaseOf({
      method: body === undefined ? 'GET' : 'POST',
      target,
      fields: [],
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    });

  it.each([
    ['/v1/models', undefined, { inputTokens: 0, outputTokens: 0 }],
    ['/v1/chat/completions', { max_tokens: 9 }, { inputTokens: 6, outputTokens: 9 }],
    ['/v1/chat/completions', { max_completion_tokens: 9, n: 2 }, { inputTokens: 11, outputTokens: 18 }],
    ['/v1beta/models/g:generateContent', { generationConfig: { maxOutputTokens: 3 } }, { inputTokens: 14, outputTokens: 3 }],
    ['/v1/responses', {}, { inputTokens: 1, outputTokens: 4_096 }],
    ['/v1/messages/count_tokens', {}, { inputTokens: 1, outputTokens: 0 }],
  ])('%s %j', (target, body, cost) => {
    expect(costs(target, body)).toEqual(cost);
  });
});

const groups = (items: readonly { readonly group: string }[]): readonly string[] => items.map(({ group }) => group);

describe('which part of a baseline is meant', () => {
  const items = ['openai-chat/one', 'openai-chat/two', 'anthropic-messages/one'].map((group) => itemOf(group));

  it.each([
    [[], ['openai-chat/one', 'openai-chat/two', 'anthropic-messages/one']],
    [['openai-chat/*'], ['openai-chat/one', 'openai-chat/two']],
    [['one'], ['openai-chat/one', 'anthropic-messages/one']],
    [['!two'], ['openai-chat/one', 'anthropic-messages/one']],
    [['openai-chat/*', '!one'], ['openai-chat/two']],
  ])('--only %j', (globs, expected) => {
    const only = onlyGroups(items, globs);
    expect(groups(items).filter(only)).toEqual(expected);
  });

  it('is an error where a glob matches nothing', () => {
    expect(() => onlyGroups(items, ['openai-chat/three', '!four'])).toThrow(
      expect.objectContaining({ code: 'usage', problems: [expect.anything(), expect.objectContaining({ where: '--only !four' })] }),
    );
  });

  it('is all of one upstream, whatever its address now', () => {
    expect(groups(itemsOf(items, 'http://127.0.0.1:1'))).toEqual(groups(items));
  });

  it('is what the upstream itself said, where several spoke: nobody else gets its key', () => {
    const mixed = [itemOf('a/one'), itemOf('b/one', { upstream: 'https://api.anthropic.com/' })];
    expect(groups(itemsOf(mixed, 'https://api.anthropic.com'))).toEqual(['b/one']);
    expect(() => itemsOf(mixed, 'https://proxy.example')).toThrow('the baseline was recorded from several upstreams');
  });

  it('cannot be exchanges of several vendors', () => {
    const exchange = (group: string, surface: 'openai-responses' | 'gemini-generate') => {
      const { upstream: _upstream, ...rest } = itemOf(group, { from: 'exchange', surface });
      return rest;
    };
    const ours = [exchange('a/one', 'openai-responses'), itemOf('a/two')];
    expect(groups(itemsOf(ours, 'https://api.openai.com'))).toEqual(['a/one', 'a/two']);
    expect(() => itemsOf([...ours, exchange('g/one', 'gemini-generate')], 'https://api.openai.com')).toThrow(
      expect.objectContaining({ hint: "--only 'gemini-generate/*', or --only 'openai-*/*'" }),
    );
  });
});
