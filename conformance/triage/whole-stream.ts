import { answerIn } from '#scenarios/kit/conversation';

import { refusalOf } from './refusal.ts';
import type { Answered } from './session.ts';

/**
 * A stream that came to its end and says why it ended. A proxy may put a `[DONE]` of its own behind what broke off, and cannot know the
 * reason; so the reason is what tells a whole answer from half of one.
 */
export const isWhole = ({ sight }: Answered): boolean => {
  if (refusalOf(sight) !== undefined) return false;
  const answer = answerIn(sight);
  return answer?.ended === true && answer.stop !== undefined;
};
