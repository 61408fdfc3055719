import type { ChatRequest, JsonObject, ReasoningPlan } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { planOfRequest } from '../../thinking/of-request.ts';
import type { ReasoningPlace } from '../dialect.ts';
import { asCount, asObject, asText, present, without, type WireObject } from '../reading.ts';
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
 * Members `max_tokens`, `thinking` and `output_config` of the wire request. Models from 4.6 on take a level (`thinking.type: adaptive` and
 * `output_config.effort`), older ones a budget below `max_tokens` (sheet row 12, "Claude"). What the model can is decided in `proxy/thinking`.
 */
export const writeThinking = (request: ChatRequest, vendor: JsonObject, losses: Loss[]): WireObject => {
  const { plan, losses: lost } = planOfRequest(request, 'anthropic-messages');
  losses.push(...lost);
  const { thinking, effort, reserve } = chosenBy(plan);
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

const chosenBy = (plan: ReasoningPlan | undefined): ChosenThinking => {
  if (plan === undefined) return { thinking: {}, reserve: 0 };
  if (plan.kind === 'off') return { thinking: { type: 'disabled' }, reserve: 0 };
  if (plan.kind === 'dynamic') return { thinking: { type: 'adaptive' }, reserve: 0 };
  if (plan.kind === 'level') return { thinking: { type: 'adaptive' }, effort: plan.level, reserve: 0 };
  return { thinking: { type: 'enabled', budget_tokens: plan.tokens }, reserve: plan.tokens };
};

/** A budget must stay below `max_tokens`; where that would leave less than the minimum, Anthropic's own refusal explains it better. */
const lowerBudget = (thinking: WireObject, maxTokens: number, losses: Loss[]): WireObject => {
  const budget = asCount(thinking['budget_tokens']) ?? 0;
  if (budget < maxTokens || maxTokens - 1 < 1024) return thinking;
  losses.push({ path: 'reasoningBudget', why: `the budget ${budget} is lowered to stay below max_tokens ${maxTokens}` });
  return { ...thinking, budget_tokens: maxTokens - 1 };
};

const merged = (key: string, vendor: unknown, chosen: WireObject): WireObject => nonEmpty(key, { ...asObject(vendor), ...chosen });

const isAdaptive = (body: WireObject): boolean => {
  const type = asObject(body['thinking'])?.['type'];
  return type === 'adaptive' || type === 'auto';
};

/** Adaptive without an effort leaves the amount to the model: every model that takes it takes it as it is. */
const readPlace = (body: WireObject): ReadThinking['reasoning'] => {
  const { reasoning } = readThinking(body);
  const { reasoningEffort: effort, ...budget } = reasoning;
  // An effort without adaptive thinking steers how many words are used, also of models that do not think.
  return effort === undefined || effort === 'none' || isAdaptive(body) ? reasoning : budget;
};

/** What the plan replaces: a display of thoughts stays where thoughts stay. */
const replaced = new Set(['type', 'budget_tokens']);

const editedThinking = (body: WireObject, thinking: WireObject): WireObject | undefined => {
  if (Object.keys(thinking).length === 0) return undefined;
  return thinking['type'] === 'disabled' ? thinking : { ...without(asObject(body['thinking']) ?? {}, replaced), ...thinking };
};

const editedOutput = (body: WireObject, effort: string | undefined): WireObject | undefined => {
  const { effort: own, ...rest } = asObject(body['output_config']) ?? {};
  const kept = isAdaptive(body) ? {} : present({ effort: own });
  const output = { ...rest, ...kept, ...present({ effort }) };
  return Object.keys(output).length === 0 ? undefined : output;
};

export const reasoningPlace: ReasoningPlace = {
  read: readPlace,
  edits: (body, plan) => {
    const { thinking, effort } = chosenBy(plan);
    const maxTokens = asCount(body['max_tokens']) ?? Number.POSITIVE_INFINITY;
    const losses: Loss[] = [];
    const lowered = lowerBudget(thinking, maxTokens, losses);
    return { value: { thinking: editedThinking(body, lowered), output_config: editedOutput(body, effort) }, losses };
  },
};
