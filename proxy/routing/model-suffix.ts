import type { ChatRequest } from '../ir/chat.ts';

/** What a client appended to a model's name to steer its reasoning: `glm-4.7(high)`, `gemini-2.5-pro(8192)`. */
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

/** The request with the suffix in the places where a request has that: digits are a budget in tokens, all else is a level. */
export const withSuffix = (request: ChatRequest, suffix: string): ChatRequest => {
  const { reasoningEffort: _effort, reasoningBudget: _budget, ...rest } = request;
  return /^\d{1,9}$/.test(suffix) ? { ...rest, reasoningBudget: Number(suffix) } : { ...rest, reasoningEffort: suffix };
};
