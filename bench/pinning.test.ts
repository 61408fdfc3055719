import { expect, it } from 'vitest';

import { coresIn } from './pinning.ts';

it('reads a list of cores as the kernel writes it', () => {
  expect(coresIn('0,1')).toEqual([0, 1]);
  expect(coresIn('2-4,7')).toEqual([2, 3, 4, 7]);
});
