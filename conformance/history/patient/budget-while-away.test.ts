import { describe, expect, it } from 'vitest';

import { noSpending } from '../spending/windows-left.ts';
import type { Ceilings, SpendRequest, SpendWindow } from '../store.ts';
import { budgetWhileAway } from './budget-while-away.ts';

const worst = { ...noSpending, requests: 10 };
const asking = (day: Ceilings, more: Partial<SpendRequest> = {}): SpendRequest => ({
  limits: [{ scope: 'team', hour: {}, day }],
  at: 5,
  worst,
  ...more,
});
const used = (requests: number): readonly SpendWindow[] => [
  { scope: 'team', span: 'day', ceilings: { requests: 100 }, used: { ...noSpending, requests } },
];

describe('budgetWhileAway', () => {
  it('refuses where it was never told what is left', () => {
    expect(budgetWhileAway(1).reserve(asking({ requests: 100 }))).toEqual({
      refused: 'the history is away, and what is left of the budget of target "team" is not known',
    });
  });

  it('needs to know nothing where nothing is limited', () => {
    expect(budgetWhileAway(1).reserve(asking({}))).toEqual({ reservation: 'away:1' });
  });

  it('shrinks with each reservation, whatever they are settled for and however late it is', () => {
    const budget = budgetWhileAway(1);
    budget.learn(used(75));
    expect(budget.reserve(asking({ requests: 100 }))).toEqual({ reservation: 'away:1' });
    expect(budget.settle('away:1', noSpending)).toBe(true);
    expect(budget.reserve(asking({ requests: 100 }, { at: 5 + 90 * 86_400_000 }))).toEqual({ reservation: 'away:2' });
    expect(budget.reserve(asking({ requests: 100 }))).toEqual({
      refused: 'the history is away; target "team": 10 requests may be needed, and 5 of 100 are left for this day (UTC)',
    });
  });

  it('takes its share of what is left, and no more', () => {
    const budget = budgetWhileAway(1 / 4);
    budget.learn(used(20));
    const answers = [1, 2, 3].map(() => 'reservation' in budget.reserve(asking({ requests: 100 })));
    expect(answers).toEqual([true, true, false]);
  });

  it('remembers what is to be booked, with what it came to, until it is', () => {
    const budget = budgetWhileAway(1);
    budget.learn(used(0));
    const request = asking({ requests: 100 });
    budget.reserve(request);
    budget.reserve(request);
    budget.settle('away:2', worst);
    budget.settle('away:2', noSpending);
    expect(budget.bookings()).toEqual([
      ['away:1', { request }],
      ['away:2', { request, spent: worst }],
    ]);
    budget.booked('away:1');
    budget.booked('away:2');
    expect(budget.bookings()).toEqual([]);
    expect(budget.settle('away:2', worst)).toBe(false);
  });
});
