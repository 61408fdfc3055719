import type { ChatRequest, JsonObject } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { budgetOfLevel, nearestLevel, readLevel, type ReasoningLevel } from '../reasoning-levels.ts';
import { asCount, asObject, asText, present, type WireObject } from '../reading.ts';
import { defaultMaxTokens } from './wire.ts';

type Reasoning = Pick<ChatRequest, 'reasoningEffort' | 'reasoningBudget'>;

/** What `thinking` and `output_config` say in neutral terms, and what of them only Anthropic understands. */
export interface ReadThinking {
  readonly reasoning: { -readonly [K in keyof Reasoning]?: Exclude<Reasoning[K], undefined> };
  readonly vendor: WireObject;
}

/** Forms (sheet row 12 a): enabled with `budget_tokens`, disabled, adaptive with or without `output_config.effort`. */
export const readThinking = (body: WireObject): ReadThinking => {
  const { type, budget_tokens: budget, ...thinking } = asObject(body['thinking']) ?? {};
  const { effort, ...output } = asObject(body['output_config']) ?? {};
  const reasoningEffort = type === 'disabled' ? 'none' : asText(effort);
  const reasoningBudget = type === 'enabled' ? asCount(budget) : undefined;
  // Adaptive without an effort leaves the amount to the model, for which the neutral request has no word.
  const unsaid = type === 'adaptive' && reasoningEffort === undefined ? { type, ...thinking } : thinking;
  return {
    reasoning: present({ reasoningEffort, reasoningBudget }),
    vendor: { ...nonEmpty('thinking', unsaid), ...nonEmpty('output_config', output) },
  };
};

const nonEmpty = (key: string, value: WireObject): WireObject => (Object.keys(value).length > 0 ? { [key]: value } : {});

/**
 * Members `max_tokens`, `thinking` and `output_config` of the wire request. Models from 4.6 on take a level (`thinking.type: adaptive` and `output_config.effort`), older ones a budget below `max_tokens`
 * (sheet row 12, "Claude"). An explicit budget wins over a level.
 */
export const writeThinking = (request: ChatRequest, vendor: JsonObject, losses: Loss[]): WireObject => {
  const { thinking, effort, reserve } = chooseThinking(request, losses);
  const max_tokens = request.maxOutputTokens ?? defaultMaxTokens + reserve;
  return {
    max_tokens,
    ...merged('thinking', vendor['thinking'], lowerBudget(thinking, max_tokens, losses)),
    ...merged('output_config', vendor['output_config'], present({ effort })),
  };
};

interface ChosenThinking {
  readonly thinking: WireObject;
  readonly effort?: string;
  /** Tokens that thinking may take out of `max_tokens`. */
  readonly reserve: number;
}

const chooseThinking = (request: ChatRequest, losses: Loss[]): ChosenThinking => {
  const { reasoningBudget: budget, reasoningEffort: word } = request;
  if (budget !== undefined) {
    if (word !== undefined) losses.push({ path: 'reasoningEffort', why: 'a budget is set too, and it is the more exact of the two' });
    return enabled(budget);
  }
  const level = word === undefined ? undefined : readLevel(word);
  if (level) return fromLevel(level, request.model, losses);
  if (word !== undefined) losses.push({ path: 'reasoningEffort', why: 'Anthropic knows no such level' });
  return { thinking: {}, reserve: 0 };
};

/** Less than 1024 is refused by Anthropic; that is for a client who names a number to see, not for a level. */
const enabled = (budget: number): ChosenThinking => ({ thinking: { type: 'enabled', budget_tokens: budget }, reserve: budget });

const fromLevel = (level: ReasoningLevel, model: string, losses: Loss[]): ChosenThinking => {
  if (level === 'none') return { thinking: { type: 'disabled' }, reserve: 0 };
  const offered = effortLevels(model);
  if (!offered) return enabled(Math.max(1024, budgetOfLevel[level]));
  const effort = nearestLevel(level, offered) ?? level;
  if (effort !== level) losses.push({ path: 'reasoningEffort', why: `${model} has no level ${level}; ${effort} is asked for instead` });
  return { thinking: { type: 'adaptive' }, effort, reserve: 0 };
};

/** Undefined for models before 4.6, which take budgets only; `xhigh` came with 4.7. */
const effortLevels = (model: string): readonly ReasoningLevel[] | undefined => {
  const [, major, minor = '0'] = /claude-(?:opus|sonnet|haiku)-(\d+)(?:[-.](\d{1,2}))?(?!\d)/.exec(model) ?? [];
  const version = Number(major ?? 0) * 100 + Number(minor);
  if (version < 406) return undefined;
  return version < 407 ? ['low', 'medium', 'high', 'max'] : ['low', 'medium', 'high', 'xhigh', 'max'];
};

/** A budget must stay below `max_tokens`; where that would leave less than the minimum, Anthropic's own refusal explains it better. */
const lowerBudget = (thinking: WireObject, maxTokens: number, losses: Loss[]): WireObject => {
  const budget = asCount(thinking['budget_tokens']) ?? 0;
  if (budget < maxTokens || maxTokens - 1 < 1024) return thinking;
  losses.push({ path: 'reasoningBudget', why: `the budget ${budget} is lowered to stay below max_tokens ${maxTokens}` });
  return { ...thinking, budget_tokens: maxTokens - 1 };
};

const merged = (key: string, vendor: unknown, chosen: WireObject): WireObject => nonEmpty(key, { ...asObject(vendor), ...chosen });
