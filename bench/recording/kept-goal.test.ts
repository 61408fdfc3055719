import { expect, it } from 'vitest';

import { keptGoal } from './kept-goal.ts';

it('is met when there is a file for each exchange, and never by a recorder that keeps nothing', () => {
  const goal = { what: 'x, a file for each exchange that was measured', goal: 'at least 40', kind: 'correctness' };
  expect(keptGoal('x', 41, 40)).toEqual({ ...goal, met: true, measured: '41' });
  expect(keptGoal('x', 39, 40)).toEqual({ ...goal, met: false, measured: '39' });
  expect(keptGoal('x', 0, 0).met).toBe(false);
});
