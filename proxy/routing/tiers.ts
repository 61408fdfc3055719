import type { RoutingPolicy } from '../personas/persona.ts';
import type { Provider } from '../providers/provider.ts';
import type { Withheld } from './offers.ts';

/** What a subscription plan has of a provider's catalogue. */
export interface Tier {
  readonly models: readonly string[];
  /** Models of other plans of the same provider. */
  readonly withheld: readonly Withheld[];
}

const listOf = ({ plans, catalogue }: Provider, plan: string | undefined, unknown: RoutingPolicy['unknownPlan']): readonly string[] => {
  if (plans === undefined) return catalogue;
  const known = plan === undefined ? undefined : plans.models[plans.sameAs[plan] ?? plan];
  return known ?? plans.models[plans[unknown]] ?? catalogue;
};

/** The catalogue of an OAuth account by the plan that its token claims (sheets R8, row 13). */
export const tierOf = (provider: Provider, plan: string | undefined, unknown: RoutingPolicy['unknownPlan']): Tier => {
  const models = listOf(provider, plan, unknown);
  const others = [...new Set(Object.values(provider.plans?.models ?? {}).flat())].filter((model) => !models.includes(model));
  const because = `not in the list of the plan ${plan === undefined ? 'unknown' : `"${plan}"`}`;
  return { models, withheld: others.map((model) => ({ id: model, upstreamModel: model, because })) };
};
