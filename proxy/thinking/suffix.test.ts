import { describe, expect, it } from 'vitest';

import type { Amount } from './amount.ts';
import { amountOfSuffix, splitSuffix } from './suffix.ts';

describe('the suffix of a model (sheet 1.3, row 12 (a))', () => {
  it.each([
    ['m(high)', { base: 'm', suffix: 'high' }],
    ['m(a)(8192)', { base: 'm(a)', suffix: '8192' }],
    ['m (high)', { base: 'm ', suffix: 'high' }],
    ['m', { base: 'm' }],
    ['m()', { base: 'm()' }],
    ['m(high', { base: 'm(high' }],
    ['(high)', { base: '(high)' }],
  ])('%s', (name, split) => {
    expect(splitSuffix(name)).toEqual(split);
  });

  it.each<[string, Amount | undefined]>([
    ['none', { mode: 'none' }],
    ['0', { mode: 'none' }],
    ['000', { mode: 'none' }],
    ['auto', { mode: 'auto' }],
    ['AUTO', { mode: 'auto' }],
    ['-1', { mode: 'auto' }],
    ['Minimal', { mode: 'level', level: 'minimal' }],
    ['xhigh', { mode: 'level', level: 'xhigh' }],
    ['max', { mode: 'level', level: 'max' }],
    ['8192', { mode: 'budget', tokens: 8192 }],
    ['008192', { mode: 'budget', tokens: 8192 }],
    ['-2', undefined],
    ['abc', undefined],
    ['1.5', undefined],
    ['9999999999999999', undefined],
  ])('%s means %j', (suffix, amount) => {
    expect(amountOfSuffix(suffix)).toEqual(amount);
  });
});
