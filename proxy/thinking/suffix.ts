import { amountOfBudget, amountOfWord } from './amount.ts';
import type { Amount, Asked } from './amount.ts';

/** What is appended to a model's name to steer its reasoning: `glm-4.7(high)`, `gemini-2.5-pro(8192)`. */
export interface ModelName {
  readonly base: string;
  readonly suffix?: string;
}

/** The last `(` with a `)` at the end (sheet 1.3). */
export const splitSuffix = (name: string): ModelName => {
  const open = name.lastIndexOf('(');
  if (open <= 0 || !name.endsWith(')') || open === name.length - 2) return { base: name };
  return { base: name.slice(0, open), suffix: name.slice(open + 1, -1) };
};

/**
 * The amount that a suffix means: none, auto, -1, a level in any case, or digits with or without leading zeros. `undefined` for all
 * else, -2 included (sheet row 12 (a) and (e) 4). More digits than a safe integer has are no amount either.
 */
export const amountOfSuffix = (suffix: string): Amount | undefined => {
  if (/^(?:-1|\d{1,15})$/.test(suffix)) return amountOfBudget(Number(suffix));
  const amount = amountOfWord(suffix);
  return amount.mode === 'word' ? undefined : amount;
};

export const askedBySuffix = (suffix: string): Asked | undefined => {
  const amount = amountOfSuffix(suffix);
  const path = /\d$/.test(suffix) ? 'reasoningBudget' : 'reasoningEffort';
  return amount && { amount, source: 'suffix', path, visible: true };
};
