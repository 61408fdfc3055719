import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { budgetOfLevel, levelOfBudget, levels, nearestLevel, readLevel } from './levels.ts';
import type { Level } from './levels.ts';

describe('levels and budgets (sheet row 12, both tables)', () => {
  it('has a budget for each level', () => {
    expect(budgetOfLevel).toEqual({ none: 0, minimal: 512, low: 1024, medium: 8192, high: 24_576, xhigh: 32_768, max: 128_000 });
  });

  it.each<[number, Level]>([
    [0, 'none'],
    [1, 'minimal'],
    [512, 'minimal'],
    [513, 'low'],
    [1024, 'low'],
    [1025, 'medium'],
    [8192, 'medium'],
    [8193, 'high'],
    [24_576, 'high'],
    [24_577, 'xhigh'],
    [64_000, 'xhigh'],
    [1_000_000, 'xhigh'],
  ])('%i tokens stand for %s', (tokens, level) => {
    expect(levelOfBudget(tokens)).toBe(level);
  });

  it('gives more tokens no lower level', () => {
    const rank = (tokens: number): number => levels.indexOf(levelOfBudget(tokens));
    fc.assert(fc.property(fc.nat(200_000), fc.nat(200_000), (a, b) => rank(Math.max(a, b)) >= rank(Math.min(a, b))));
  });

  it.each([
    ['HIGH', 'high'],
    ['xHigh', 'xhigh'],
    ['auto', undefined],
    ['ultra', undefined],
    ['', undefined],
  ])('reads %s as %s', (word, level) => {
    expect(readLevel(word)).toBe(level);
  });

  it.each<[Level, Level[], Level | undefined]>([
    ['medium', ['low', 'high'], 'low'],
    ['xhigh', ['low', 'medium', 'high', 'max'], 'high'],
    ['max', ['low', 'high'], 'high'],
    ['minimal', ['low', 'high'], 'low'],
    ['low', [], undefined],
  ])('takes for %s of %j the nearest, between two the weaker: %s', (wanted, offered, nearest) => {
    expect(nearestLevel(wanted, offered)).toBe(nearest);
  });
});
