import { expect, it } from 'vitest';

import { costPerByte } from './cost-per-byte.ts';

it('leaves out what the smallest costs already', () => {
  const costs = [
    { bytes: 100, micros: 50 },
    { bytes: 300, micros: 70 },
    { bytes: 1_100, micros: 250 },
  ];
  expect(costPerByte(costs)).toEqual([Number.NaN, 0.1, 0.2]);
  expect(costPerByte([])).toEqual([]);
});
