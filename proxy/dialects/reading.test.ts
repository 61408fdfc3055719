import { describe, expect, it } from 'vitest';

import { asCount } from './reading.ts';

describe('asCount', () => {
  it.each<[unknown, number | undefined]>([
    [0, 0],
    [7, 7],
    [1.5, 2],
    [0.2, 0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [1e300, undefined],
    [2 ** 53, undefined],
    [-1, undefined],
    [-0.2, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['7', undefined],
    [null, undefined],
  ])('reads %s as %s', (value, expected) => {
    expect(asCount(value)).toBe(expected);
  });
});
