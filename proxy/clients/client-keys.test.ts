import { timingSafeEqual } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { ProxyError } from '../errors.ts';
import { newKeyCheck } from './client-keys.ts';

const keys = ['one', 'two', 'three', 'four'].map((key) => ({ key }));

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return 'no error';
  } catch (error) {
    return error instanceof ProxyError ? error.code : error;
  }
};

describe('the check of a key', () => {
  it('compares every key with what is offered, wherever and whether or not it fits', () => {
    const comparisons = (offered: string): number => {
      let count = 0;
      const check = newKeyCheck(keys, (one, other) => {
        count += 1;
        expect([one.length, other.length]).toEqual([32, 32]);
        return timingSafeEqual(one, other);
      });
      codeOf(() => check({ headers: { 'x-api-key': offered }, query: {} }));
      return count;
    };
    expect(['one', 'two', 'four', 'fou', 'no', 'x'.repeat(10_000)].map(comparisons)).toEqual([4, 4, 4, 4, 4, 4]);
  });

  it('says whose key it is, by its name or by a fingerprint that is not the key', () => {
    const check = newKeyCheck([{ key: 'k1', name: 'ci', models: ['gpt-*'], 'requests-per-minute': 5, 'tokens-per-day': 9 }, { key: 'k2' }]);
    const client = (key: string) => check({ headers: { authorization: `Bearer ${key}` }, query: {} });
    expect(client('k1')).toEqual({ id: 'ci', scope: { models: ['gpt-*'], requestsPerMinute: 5, tokensPerDay: 9 } });
    expect(client('k2')).toEqual({ id: 'key-015f7e6b', scope: {} });
  });

  it('refuses no key and a wrong key, and lets everybody into an open proxy', () => {
    const check = newKeyCheck(keys);
    expect([codeOf(() => check({ headers: {}, query: {} })), codeOf(() => check({ headers: {}, query: { key: 'five' } }))]).toEqual([
      'missing-api-key',
      'invalid-api-key',
    ]);
    expect(newKeyCheck([])({ headers: {}, query: {} })).toEqual({ id: 'anyone', scope: {} });
  });
});
