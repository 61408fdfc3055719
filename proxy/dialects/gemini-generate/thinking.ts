import type { ChatRequest } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { budgetOfLevel, nearestLevel, readLevel, type ReasoningLevel } from '../reasoning-levels.ts';
import { asObject, asText, present, type WireObject } from '../reading.ts';
import { camelKeys } from './wire.ts';

type Reasoning = Pick<ChatRequest, 'reasoningEffort' | 'reasoningBudget'>;

export interface ReadThinking {
  readonly reasoning: { -readonly [K in keyof Reasoning]?: Exclude<Reasoning[K], undefined> };
  /** What of `thinkingConfig` only Gemini understands. */
  readonly vendor: WireObject;
}

export const readThinking = (config: unknown): ReadThinking => {
  const { thinkingBudget, thinkingLevel, includeThoughts, ...rest } = camelKeys(asObject(config) ?? {});
  const reasoningBudget = typeof thinkingBudget === 'number' ? thinkingBudget : undefined;
  const reasoning = present({ reasoningBudget, reasoningEffort: asText(thinkingLevel)?.toLowerCase() });
  // Thoughts are asked for along with every amount (see `asking`), so only a client that differs from that is remembered.
  const usual = includeThoughts === undefined || (includeThoughts === true && Object.keys(reasoning).length > 0);
  return { reasoning, vendor: usual ? rest : { ...rest, includeThoughts } };
};

/**
 * The `thinkingConfig` of a request, by the sheet's row 12: models of the third generation take levels, others budgets; never both,
 * which Gemini refuses. An explicit budget wins over a level and is sent as it is.
 */
export const writeThinking = (request: ChatRequest, vendor: unknown, losses: Loss[]): WireObject => {
  const chosen = choose(request, losses);
  return Object.keys(chosen).length === 0 ? (asObject(vendor) ?? {}) : { ...chosen, ...asObject(vendor) };
};

const choose = ({ model, reasoningBudget: budget, reasoningEffort: word }: ChatRequest, losses: Loss[]): WireObject => {
  if (budget === undefined && word === undefined) return {};
  if (!thinks(model)) {
    losses.push({ path: budget === undefined ? 'reasoningEffort' : 'reasoningBudget', why: `${model} does not think` });
    return {};
  }
  if (budget !== undefined) {
    if (word !== undefined) losses.push({ path: 'reasoningEffort', why: 'a budget is set too, and Gemini takes only one of the two' });
    return asking({ thinkingBudget: budget }, budget !== 0);
  }
  return chooseByWord(word ?? '', model, losses);
};

const asking = (amount: WireObject, visible: boolean): WireObject => ({ ...amount, ...(visible && { includeThoughts: true }) });

const thinks = (model: string): boolean => !/^gemini-(?:1|2\.0)/.test(model);

const chooseByWord = (word: string, model: string, losses: Loss[]): WireObject => {
  if (word.toLowerCase() === 'auto') return asking({ thinkingBudget: -1 }, true);
  const level = readLevel(word);
  if (!level) {
    losses.push({ path: 'reasoningEffort', why: 'Gemini knows no such level' });
    return {};
  }
  const offered = levelsOf(model);
  return offered ? chooseLevel(level, offered, model, losses) : chooseBudget(level, model, losses);
};

const chooseLevel = (level: ReasoningLevel, offered: readonly ReasoningLevel[], model: string, losses: Loss[]): WireObject => {
  const thinkingLevel = nearestLevel(level, offered) ?? level;
  if (thinkingLevel !== level)
    losses.push({ path: 'reasoningEffort', why: `${model} has no level ${level}; ${thinkingLevel} is asked for instead` });
  return asking({ thinkingLevel }, level !== 'none');
};

const chooseBudget = (level: ReasoningLevel, model: string, losses: Loss[]): WireObject => {
  const wanted = budgetOfLevel[level];
  const [least, most] = budgetRange(model);
  const thinkingBudget = Math.min(most, Math.max(least, wanted));
  if (thinkingBudget !== wanted) losses.push({ path: 'reasoningEffort', why: `${model} takes ${least} to ${most} tokens, not ${wanted}` });
  return asking({ thinkingBudget }, level !== 'none');
};

/** Weakest first; undefined for models that take budgets only. */
const levelsOf = (model: string): readonly ReasoningLevel[] | undefined => {
  if (!model.startsWith('gemini-3')) return undefined;
  if (model.startsWith('gemini-3.1-flash-lite')) return ['minimal', 'high'];
  if (model.startsWith('gemini-3.1-pro')) return ['low', 'medium', 'high'];
  return model.startsWith('gemini-3-pro') ? ['low', 'high'] : ['minimal', 'low', 'medium', 'high'];
};

const budgetRange = (model: string): readonly [least: number, most: number] => {
  if (model.startsWith('gemini-2.5-pro')) return [128, 32_768];
  return model.startsWith('gemini-2.5-flash') ? [0, 24_576] : [0, budgetOfLevel.max];
};
