import { describe, expect, it } from 'vitest';

import { median, quantile, ratiosOf, spreadOf } from './statistics.ts';

describe('median', () => {
  it('is the middle one by size, not by place', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 100])).toBe(10);
  });

  it('is the mean of the two middle ones of an even number', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it('does not exist without values', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('spreadOf', () => {
  it('gives median, least, greatest and how many', () => {
    const values = [3, 1, 2];
    expect(spreadOf(values)).toEqual({ median: 2, min: 1, max: 3, count: 3 });
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses what is no number instead of hiding it', () => {
    expect(() => spreadOf([1, Number.NaN])).toThrow('not all values are numbers');
  });
});

describe('ratiosOf', () => {
  it('compares round by round', () => {
    expect(ratiosOf([10, 30], [5, 60])).toEqual([2, 0.5]);
  });

  it('refuses rounds that do not pair', () => {
    expect(() => ratiosOf([1, 2], [1])).toThrow('2 rounds against 1');
  });
});

describe('quantile', () => {
  it('is the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1), quantile(hundred, 0)]).toEqual([50, 99, 100, 1]);
  });
});
