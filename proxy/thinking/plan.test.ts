import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ReasoningPlan } from '../ir/chat.ts';
import type { Amount } from './amount.ts';
import type { Capability } from './capability.ts';
import { budgetOfLevel, levels } from './levels.ts';
import type { Level } from './levels.ts';
import { planFor } from './plan.ts';
import { amountOfPlan } from './settle.ts';

const strengths = levels.filter((level) => level !== 'none');

const ranges = fc.tuple(fc.nat(200_000), fc.nat(200_000)).map(([a, b]) => ({ least: Math.min(a, b), most: Math.max(a, b) }));
const offered = fc.subarray([...strengths], { minLength: 1 });

const capabilities: fc.Arbitrary<Capability> = fc
  .record({ kind: fc.constantFrom('budget', 'levels', 'both'), budget: ranges, levels: offered, zero: fc.boolean(), dynamic: fc.boolean() })
  .map(({ kind, budget, levels: some, zero, dynamic }) => ({
    ...(kind !== 'levels' && { budget: { least: Math.max(1, budget.least), most: Math.max(1, budget.most) } }),
    ...(kind !== 'budget' && { levels: some }),
    zero,
    dynamic,
  }));

const levelAmounts = fc.constantFrom(...strengths).map((level): Amount => ({ mode: 'level', level }));
const budgetAmounts = fc.integer({ min: 1, max: 300_000 }).map((tokens): Amount => ({ mode: 'budget', tokens }));
const amounts = fc.oneof(levelAmounts, budgetAmounts, fc.constantFrom<Amount>({ mode: 'none' }, { mode: 'auto' }));

const planned = (amount: Amount, capability: Capability): ReasoningPlan => {
  const result = planFor(amount, capability, 'clamp');
  if ('refusal' in result) throw new Error(result.refusal.message);
  return result.plan;
};

const isWithin = (plan: ReasoningPlan, { budget, levels: some, zero, dynamic }: Capability): boolean => {
  if (plan.kind === 'off') return zero;
  if (plan.kind === 'dynamic') return dynamic;
  if (plan.kind === 'level') return some?.includes(plan.level as Level) === true;
  return budget !== undefined && plan.tokens >= budget.least && plan.tokens <= budget.most;
};

/** A common measure for levels and budgets. */
const strength = (plan: ReasoningPlan): number => {
  if (plan.kind === 'level') return budgetOfLevel[plan.level as Level];
  return plan.kind === 'budget' ? plan.tokens : 0;
};

describe('what is planned for a model of known capability', () => {
  it('is always within the capability', () => {
    fc.assert(fc.property(amounts, capabilities, (amount, capability) => isWithin(planned(amount, capability), capability)));
  });

  it('does not change when it is planned again', () => {
    fc.assert(
      fc.property(amounts, capabilities, (amount, capability) => {
        const once = amountOfPlan(planned(amount, capability));
        expect(amountOfPlan(planned(once, capability))).toEqual(once);
      }),
    );
  });

  it('is no less for a stronger level, nor for a larger budget', () => {
    const rank = (amount: Amount): number =>
      amount.mode === 'level' ? levels.indexOf(amount.level) : amount.mode === 'budget' ? amount.tokens : 0;
    const pairs = fc.oneof(fc.tuple(levelAmounts, levelAmounts), fc.tuple(budgetAmounts, budgetAmounts));
    fc.assert(
      fc.property(pairs, capabilities, ([a, b], capability) => {
        const [less, more] = rank(a) <= rank(b) ? [a, b] : [b, a];
        expect(strength(planned(less, capability))).toBeLessThanOrEqual(strength(planned(more, capability)));
      }),
    );
  });

  it('is what was asked for, unchanged, where the model has it; then nothing is refused either', () => {
    fc.assert(
      fc.property(fc.oneof(levelAmounts, budgetAmounts), capabilities, (amount, capability) => {
        const loose = planFor(amount, capability, 'clamp');
        const strict = planFor(amount, capability, 'refuse');
        expect('refusal' in strict ? loose : strict).toEqual(loose);
      }),
    );
  });
});

describe('what is refused', () => {
  const budgeted: Capability = { budget: { least: 128, most: 32_768 }, zero: false, dynamic: true };
  const levelled: Capability = { levels: ['low', 'high'], zero: true, dynamic: false };

  it.each<[Amount, Capability, 'clamp' | 'refuse', unknown]>([
    [
      { mode: 'word', word: 'ultra' },
      budgeted,
      'clamp',
      { code: 'unknown-level', message: 'unknown level: ultra, valid levels: auto, minimal, low, medium, high, xhigh, max' },
    ],
    [
      { mode: 'word', word: 'zz\n"z' },
      levelled,
      'clamp',
      { code: 'level-not-supported', message: 'level "zz?"z" not supported, valid levels: none, low, high' },
    ],
    [
      { mode: 'level', level: 'medium' },
      levelled,
      'refuse',
      { code: 'level-not-supported', message: 'level "medium" not supported, valid levels: none, low, high' },
    ],
    [
      { mode: 'budget', tokens: 64_000 },
      budgeted,
      'refuse',
      { code: 'budget-out-of-range', message: 'budget 64000 out of range [128,32768]' },
    ],
    [{ mode: 'budget', tokens: -7 }, budgeted, 'clamp', { code: 'budget-out-of-range', message: 'budget -7 out of range [128,32768]' }],
  ])('%j of %j (%s)', (amount, capability, strictness, refusal) => {
    expect(planFor(amount, capability, strictness)).toEqual({ refusal });
  });
});
