import { effortOfPlan } from '../../thinking/of-request.ts';
import type { ReasoningPlace } from '../dialect.ts';
import { asObject, asText, present } from '../reading.ts';

/** `reasoning.effort`; what stands beside it (a summary) stays. */
export const reasoningPlace: ReasoningPlace = {
  read: (body) => present({ reasoningEffort: asText(asObject(body['reasoning'])?.['effort']) }),
  edits: (body, plan) => {
    const { effort: _effort, ...rest } = asObject(body['reasoning']) ?? {};
    const reasoning = { ...rest, ...present({ effort: plan && effortOfPlan(plan) }) };
    return { value: { reasoning: Object.keys(reasoning).length === 0 ? undefined : reasoning }, losses: [] };
  },
};
