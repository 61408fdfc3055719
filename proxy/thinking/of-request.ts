import type { ChatRequest, DialectId, ReasoningPlan } from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import { abilityOf } from './ability.ts';
import { askedByFields } from './amount.ts';
import type { AskedFields } from './amount.ts';
import { levelOfBudget } from './levels.ts';
import { settle } from './settle.ts';

/** A budget is the more exact of the two, and no vendor takes both. */
export const lossOfSecondField = ({ reasoningEffort, reasoningBudget }: AskedFields): readonly Loss[] =>
  reasoningEffort === undefined || reasoningEffort === '' || reasoningBudget === undefined
    ? []
    : [{ path: 'reasoningEffort', why: 'a budget is set too, and it is the more exact of the two' }];

/** OpenAI's word for a plan; none where the amount is left to the model, for that is what leaving it out means. */
export const effortOfPlan = (plan: ReasoningPlan): string | undefined => {
  if (plan.kind === 'off') return 'none';
  if (plan.kind === 'dynamic') return undefined;
  return plan.kind === 'level' ? plan.level : levelOfBudget(Math.max(1, plan.tokens));
};

/**
 * The plan of a request as an encoder finds it: the one that was made for the model at hand, else one by the model's name alone, which
 * refuses nothing: what cannot be asked for is a loss.
 */
export const planOfRequest = (
  request: ChatRequest,
  dialect: DialectId,
): { readonly plan?: ReasoningPlan; readonly losses: readonly Loss[] } => {
  const { reasoningPlan, model } = request;
  if (reasoningPlan !== undefined) return { plan: reasoningPlan, losses: [] };
  const asked = askedByFields(request);
  const target = { dialect, provider: '', model };
  const { plan, losses, refusal } = settle(asked, { ...target, ability: abilityOf(target) }, 'clamp');
  const refused = refusal && asked ? [{ path: asked.path, why: refusal.message }] : [];
  return { ...(plan && { plan }), losses: [...lossOfSecondField(request), ...losses, ...refused] };
};

/** The request with the plan instead of what was asked for, in the form that the dialect's encoder reads. */
export const withPlan = (request: ChatRequest, plan: ReasoningPlan | undefined, dialect: DialectId): ChatRequest => {
  const { reasoningEffort: _effort, reasoningBudget: _budget, reasoningPlan: _plan, ...rest } = request;
  if (plan === undefined) return rest;
  if (!dialect.startsWith('openai-')) return { ...rest, reasoningPlan: plan };
  const effort = effortOfPlan(plan);
  return effort === undefined ? rest : { ...rest, reasoningEffort: effort };
};
