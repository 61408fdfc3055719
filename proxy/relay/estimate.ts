import { estimateTokens } from '../ir/estimate-tokens.ts';
import type { Failure } from '../remedies/remedy.ts';
import type { Outcome } from './attempt.ts';
import { countText } from './count-answer.ts';
import type { Question } from './question.ts';

/** Statuses of a gateway that lacks an endpoint. */
const lackingStatuses: readonly number[] = [404, 405, 501];

/** Whether an upstream was asked to count and has no endpoint for it, although its kind should; a refusal of the model is none of these. */
export const lacksCounting = ({ operation, status, modelRefusals }: Failure): boolean =>
  operation === 'count-tokens' && lackingStatuses.includes(status) && modelRefusals === 0;

/** The answer to "how many tokens" when nobody upstream can tell: a guess by length that says so in its header. */
export const estimatedCount = ({ dialect, neutral }: Question): Extract<Outcome, { kind: 'opened' }> => ({
  kind: 'opened',
  opened: { kind: 'whole', contentType: 'application/json', body: countText(dialect, estimateTokens(neutral().value)) },
  headers: { 'wireproof-estimated': 'true' },
});
