import type { ChatRequest, ReasoningPlan } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { planOfRequest } from '../../thinking/of-request.ts';
import type { ReasoningPlace } from '../dialect.ts';
import { asObject, asText, present, without, type WireObject } from '../reading.ts';
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
 * The `thinkingConfig` of a request, by the sheet's row 12: a level or a budget, never both, which Gemini refuses. What the model can is
 * decided in `proxy/thinking`.
 */
export const writeThinking = (request: ChatRequest, vendor: unknown, losses: Loss[]): WireObject => {
  const { plan, losses: lost } = planOfRequest(request, 'gemini-generate');
  losses.push(...lost);
  return plan === undefined ? (asObject(vendor) ?? {}) : { ...configOfPlan(plan), ...asObject(vendor) };
};

const configOfPlan = (plan: ReasoningPlan): WireObject => {
  if (plan.kind === 'off') return { thinkingBudget: 0 };
  if (plan.kind === 'dynamic') return asking({ thinkingBudget: -1 }, plan.visible);
  if (plan.kind === 'level') return asking({ thinkingLevel: plan.level }, plan.visible);
  return asking({ thinkingBudget: plan.tokens }, plan.visible);
};

const asking = (amount: WireObject, visible: boolean): WireObject => ({ ...amount, ...(visible && { includeThoughts: true }) });

/** Both spellings of a key are accepted by Gemini; the client's own is kept. */
const keyIn = (object: WireObject, camel: string, snake: string): string =>
  object[camel] === undefined && object[snake] !== undefined ? snake : camel;

const amounts = new Set(['thinkingBudget', 'thinkingLevel', 'includeThoughts']);

/** Without visible thoughts the client's own choice to see them goes too: they would be thoughts of a model that should not think. */
const configWith = (config: unknown, plan: ReasoningPlan | undefined): WireObject => {
  const own = camelKeys(asObject(config) ?? {});
  if (plan === undefined) return without(own, amounts);
  return { ...without(own, amounts), ...configOfPlan(plan), ...(own['includeThoughts'] === false && { includeThoughts: false }) };
};

export const reasoningPlace: ReasoningPlace = {
  read: (body) => {
    const generation = asObject(body[keyIn(body, 'generationConfig', 'generation_config')]) ?? {};
    return readThinking(generation[keyIn(generation, 'thinkingConfig', 'thinking_config')]).reasoning;
  },
  edits: (body, plan) => {
    const outer = keyIn(body, 'generationConfig', 'generation_config');
    const generation = asObject(body[outer]) ?? {};
    const inner = keyIn(generation, 'thinkingConfig', 'thinking_config');
    const config = configWith(generation[inner], plan);
    const rest = without(generation, new Set([inner]));
    const edited = Object.keys(config).length === 0 ? rest : { ...rest, [inner]: config };
    return { value: { [outer]: Object.keys(edited).length === 0 ? undefined : edited }, losses: [] };
  },
};
