import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'budgets-come-from-another-table',
  about: 'Levels are turned into half the tokens that they stand for elsewhere',
  seenIn: 'sheet row 12, level table',
  back: (message, passOn) =>
    passOn(
      withThinkingConfig(message, (config) =>
        typeof config['thinkingBudget'] === 'number' ? { ...config, thinkingBudget: Math.trunc(config['thinkingBudget'] / 2) } : config,
      ),
    ),
});
