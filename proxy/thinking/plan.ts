import type { ReasoningPlan } from '../ir/chat.ts';
import type { Amount } from './amount.ts';
import type { Capability } from './capability.ts';
import { budgetOfLevel, levelOfBudget, levels, nearestLevel } from './levels.ts';
import type { Level } from './levels.ts';

/** How an amount that the model lacks is met: with a refusal, or with the nearest one that it has. */
export type Strictness = 'refuse' | 'clamp';

/** What had to give way, for losses and logs. */
export interface Change {
  readonly kind: 'level clamped' | 'budget clamped' | 'budget zero not allowed' | 'dynamic not allowed';
  readonly from: string | number;
  readonly to: string | number;
  readonly range?: { readonly least: number; readonly most: number };
}

/** Why an amount is refused. */
export interface Refusal {
  readonly code: 'unknown-level' | 'level-not-supported' | 'budget-out-of-range';
  readonly message: string;
}

/** The plan for a model of known capability, or why there is none. */
export type Planned = { readonly plan: ReasoningPlan; readonly change?: Change } | { readonly refusal: Refusal };

const quoted = (word: string): string => word.slice(0, 40).replaceAll(/[^ -~]/g, '?');

/** Every word that the model takes, weakest first: what a refusal offers instead. */
const validWords = ({ levels: offered, zero, dynamic }: Capability): string =>
  [...(zero ? ['none'] : []), ...(dynamic ? ['auto'] : []), ...(offered ?? levels.filter((level) => level !== 'none'))].join(', ');

const refusedWord = (word: string, capability: Capability): Planned =>
  capability.levels === undefined
    ? { refusal: { code: 'unknown-level', message: `unknown level: ${quoted(word)}, valid levels: ${validWords(capability)}` } }
    : refusedLevel(word, capability);

const refusedLevel = (word: string, capability: Capability): Planned => ({
  refusal: { code: 'level-not-supported', message: `level "${quoted(word)}" not supported, valid levels: ${validWords(capability)}` },
});

const lowestPlan = ({ levels: offered, budget }: Capability): { readonly plan: ReasoningPlan; readonly to: string | number } => {
  const [level] = offered ?? [];
  if (level !== undefined) return { plan: { kind: 'level', level, visible: false }, to: level };
  const tokens = Math.max(1, budget?.least ?? 1);
  return { plan: { kind: 'budget', tokens, visible: false }, to: tokens };
};

/** A model that cannot be switched off thinks as little as it can, and its thoughts are hidden (sheet row 12, worked transformations). */
const planOff = (capability: Capability): Planned => {
  if (capability.zero) return { plan: { kind: 'off' } };
  const { plan, to } = lowestPlan(capability);
  return { plan, change: { kind: 'budget zero not allowed', from: 'none', to, ...(capability.budget && { range: capability.budget }) } };
};

/** A model that has no dynamic amount is asked for the one that vendors take when they are asked for none. */
const planDynamic = (capability: Capability): Planned => {
  if (capability.dynamic) return { plan: { kind: 'dynamic', visible: true } };
  const planned = planLevel('medium', capability, 'clamp');
  if ('refusal' in planned) return planned;
  const { plan } = planned;
  const to = plan.kind === 'budget' ? plan.tokens : plan.kind === 'level' ? plan.level : plan.kind;
  return { plan, change: { kind: 'dynamic not allowed', from: 'auto', to } };
};

const planLevel = (level: Level, capability: Capability, strictness: Strictness): Planned => {
  const { levels: offered, budget } = capability;
  // A budget that stands for a level is nobody's own number: it is always brought into the model's range.
  if (offered === undefined) return budget === undefined ? planOff(capability) : planBudget(budgetOfLevel[level], capability, 'clamp');
  if (offered.includes(level)) return { plan: { kind: 'level', level, visible: true } };
  if (strictness === 'refuse') return refusedLevel(level, capability);
  const nearest = nearestLevel(level, offered) ?? level;
  return { plan: { kind: 'level', level: nearest, visible: true }, change: { kind: 'level clamped', from: level, to: nearest } };
};

const planBudget = (tokens: number, capability: Capability, strictness: Strictness): Planned => {
  const { budget: range } = capability;
  // A model with levels only has no number of its own that could be out of range: the level that stands for it is brought into reach.
  if (range === undefined) return planLevelOfBudget(tokens, capability);
  const wanted = Math.min(range.most, Math.max(range.least, tokens));
  if (wanted === tokens) return { plan: { kind: 'budget', tokens, visible: true } };
  if (strictness === 'refuse' || tokens < 0) {
    return { refusal: { code: 'budget-out-of-range', message: `budget ${tokens} out of range [${range.least},${range.most}]` } };
  }
  return { plan: { kind: 'budget', tokens: wanted, visible: true }, change: { kind: 'budget clamped', from: tokens, to: wanted, range } };
};

const planLevelOfBudget = (tokens: number, capability: Capability): Planned => {
  const level = levelOfBudget(Math.max(1, tokens));
  const planned = planLevel(level, capability, 'clamp');
  if ('refusal' in planned || planned.plan.kind !== 'level') return planned;
  const isExact = planned.change === undefined && budgetOfLevel[level] === tokens;
  return isExact ? planned : { plan: planned.plan, change: { kind: 'level clamped', from: tokens, to: planned.plan.level } };
};

/** Brings an amount into what a model can. The result is always within the capability; planned again it does not change. */
export const planFor = (amount: Amount, capability: Capability, strictness: Strictness): Planned => {
  if (amount.mode === 'none') return planOff(capability);
  if (amount.mode === 'auto') return planDynamic(capability);
  if (amount.mode === 'level') return planLevel(amount.level, capability, strictness);
  return amount.mode === 'budget' ? planBudget(amount.tokens, capability, strictness) : refusedWord(amount.word, capability);
};
