import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'levels-are-rounded-down',
  about: 'A level that the model lacks becomes its weakest, also when a stronger one was asked for',
  seenIn: 'sheet row 12, worked transformations: xhigh on a model with four levels is high',
  back: (message, passOn) =>
    passOn(withThinkingConfig(message, (config) => (config['thinkingLevel'] === 'high' ? { ...config, thinkingLevel: 'low' } : config))),
});
