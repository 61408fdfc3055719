import type { ReasoningPlan } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import type { ModelAt } from './ability.ts';
import type { Asked } from './amount.ts';
import { budgetOfLevel, levelOfBudget } from './levels.ts';

interface Passed {
  readonly plan?: ReasoningPlan;
  readonly losses: readonly Loss[];
}

const visible = true;

const isOfOpenAi = ({ dialect }: ModelAt): boolean => dialect.startsWith('openai-');

/** Anthropic refuses less. That is for a client who names a number to see, not for a level. */
const leastOf = ({ dialect }: ModelAt): number => (dialect === 'anthropic-messages' ? 1024 : 0);

/** OpenAI's dialects have words only, and any word: the model's owner knows which. */
const passWord = (asked: Asked, target: ModelAt): Passed => {
  const { amount, path } = asked;
  if (amount.mode === 'word') {
    if (isOfOpenAi(target)) return { plan: { kind: 'level', level: amount.word, visible }, losses: [] };
    return { losses: [{ path, why: `${target.model} takes budgets in tokens, and the word stands for none that is known` }] };
  }
  if (amount.mode === 'level') {
    if (isOfOpenAi(target)) return { plan: { kind: 'level', level: amount.level, visible }, losses: [] };
    return { plan: { kind: 'budget', tokens: Math.max(leastOf(target), budgetOfLevel[amount.level]), visible }, losses: [] };
  }
  return { losses: [] };
};

const passBudget = (tokens: number, { path }: Asked, target: ModelAt): Passed => {
  if (!isOfOpenAi(target)) return { plan: { kind: 'budget', tokens, visible }, losses: [] };
  const level = levelOfBudget(Math.max(1, tokens));
  const why = `${target.model} has levels; ${level} is the nearest to ${tokens} tokens`;
  return { plan: { kind: 'level', level, visible }, losses: budgetOfLevel[level] === tokens ? [] : [{ path, why }] };
};

/**
 * What a model of the operator's own is asked for: nothing is checked, and only the form follows the dialect (sheet row 12 (e) 3). A
 * level becomes a budget where the dialect's models take budgets first, a budget a level where it has none.
 */
export const passThrough = (asked: Asked, target: ModelAt): Passed => {
  const { amount } = asked;
  if (amount.mode === 'none') return { plan: { kind: 'off' }, losses: [] };
  if (amount.mode === 'budget') return passBudget(amount.tokens, asked, target);
  if (amount.mode !== 'auto') return passWord(asked, target);
  return { plan: { kind: 'dynamic', visible }, losses: [] };
};
