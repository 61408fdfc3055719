import { array, assert, constantFrom, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { added, histogramFrom, histogramOf, histogramText, nearestRank, percentileOf } from './histogram.ts';

const milliseconds = array(double({ min: 0.001, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 200 });
const part = constantFrom(0.5, 0.95, 0.99, 1);

describe('histogram', () => {
  it('is at most one in a hundred from the value at the same rank', () => {
    assert(
      property(milliseconds, part, (values, part) => {
        const exact =
          nearestRank(
            values.toSorted((a, b) => a - b),
            part,
          ) ?? 0;
        const near = percentileOf(histogramOf(values), part) ?? 0;
        expect(Math.abs(near - exact)).toBeLessThanOrEqual(exact * 0.01 + 1e-12);
      }),
    );
  });

  it('adds up to the same as all values at once, after a way through text', () => {
    assert(
      property(milliseconds, milliseconds, (some, others) => {
        const sum = added([histogramFrom(histogramText(histogramOf(some))), histogramOf(others)]);
        expect(histogramText(sum)).toBe(histogramText(histogramOf([...some, ...others])));
      }),
    );
  });

  it('has no percentile of nothing, and takes zero for the shortest time', () => {
    expect([percentileOf(histogramOf([]), 0.5), nearestRank([], 0.5)]).toEqual([undefined, undefined]);
    expect(percentileOf(histogramOf([0, 0]), 0.99)).toBeCloseTo(0.001, 4);
  });

  it('grows with the spread of values and not with their number', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => 1 + (index % 60_000));
    expect(histogramText(histogramOf(values)).length).toBeLessThan(8_000);
  });
});
