import type { ChatRequest, ToolChoice } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { asObject, asText, without, type WireObject } from '../reading.ts';

/** What Anthropic refuses beside thinking, adaptive or not: docs.claude.com/en/docs/build-with-claude/extended-thinking, "Feature compatibility". */

const forces = (choice: ToolChoice | undefined): boolean =>
  choice?.kind === 'required' || choice?.kind === 'tool' || (choice?.kind === 'allowed' && choice.mode === 'required');

const asksForThinking = ({ reasoningPlan, reasoningEffort = 'none', reasoningBudget = 0 }: ChatRequest): boolean =>
  reasoningPlan === undefined ? reasoningEffort !== 'none' || reasoningBudget > 0 : reasoningPlan.kind !== 'off';

/** A tool call that is forced goes before thinking: a request has to have it, and may think less. */
export const unlessToolsAreForced = (request: ChatRequest, losses: Loss[]): ChatRequest => {
  if (!forces(request.toolChoice) || !asksForThinking(request)) return request;
  const { reasoningPlan: _plan, reasoningEffort, reasoningBudget, ...others } = request;
  const byBudget = reasoningBudget === undefined ? [] : ['reasoningBudget'];
  const paths = reasoningEffort === undefined && reasoningBudget !== undefined ? byBudget : ['reasoningEffort', ...byBudget];
  losses.push(...paths.map((path) => ({ path, why: 'Anthropic does not think before a tool call that is forced' })));
  return others;
};

const leastTopP = 0.95;
const thinks = (wire: WireObject): boolean => ['enabled', 'adaptive'].includes(asText(asObject(wire['thinking'])?.['type']) ?? '');

/** Wire field, path in the neutral request, whether its value goes with thinking. */
const sampling = [
  ['temperature', 'temperature', (value: unknown) => value === 1],
  ['top_k', 'topK', () => false],
  ['top_p', 'topP', (value: unknown) => typeof value === 'number' && value >= leastTopP],
] as const;

/** A request without a temperature other than 1, `top_k`, and a `top_p` below 0.95, if it thinks. */
export const sampledAsThinkingAllows = (wire: WireObject, losses: Loss[]): WireObject => {
  if (!thinks(wire)) return wire;
  const refused = sampling.filter(([field, , goes]) => wire[field] !== undefined && !goes(wire[field]));
  losses.push(...refused.map(([field, path]) => ({ path, why: `Anthropic takes no such ${field} together with thinking` })));
  return without(wire, new Set<string>(refused.map(([field]) => field)));
};
