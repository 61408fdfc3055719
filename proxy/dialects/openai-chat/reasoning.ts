import { effortOfPlan } from '../../thinking/of-request.ts';
import type { ReasoningPlace } from '../dialect.ts';
import { asText, present } from '../reading.ts';

/** `reasoning_effort` at the top of the body. */
export const reasoningPlace: ReasoningPlace = {
  read: (body) => present({ reasoningEffort: asText(body['reasoning_effort']) }),
  edits: (_body, plan) => ({ value: { reasoning_effort: plan && effortOfPlan(plan) }, losses: [] }),
};
