import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'adaptive-becomes-the-maximum',
  about: 'An amount that is left to the model becomes the largest budget that it has',
  seenIn: 'sheet row 12 (e) 10',
  back: (message, passOn) =>
    passOn(withThinkingConfig(message, (config) => (config['thinkingBudget'] === -1 ? { ...config, thinkingBudget: 32_768 } : config))),
});
