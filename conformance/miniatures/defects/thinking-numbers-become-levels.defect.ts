import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'thinking-numbers-become-levels',
  about: 'A number of tokens is rounded to a level, although the model takes numbers',
  seenIn: 'sheet row 12, worked transformations: hybrid models keep the number',
  back: (message, passOn) =>
    passOn(
      withThinkingConfig(message, ({ thinkingBudget, ...config }) =>
        typeof thinkingBudget === 'number' && thinkingBudget > 0
          ? { ...config, thinkingLevel: thinkingBudget > 8192 ? 'high' : 'low' }
          : { ...config, ...(thinkingBudget !== undefined && { thinkingBudget }) },
      ),
    ),
});
