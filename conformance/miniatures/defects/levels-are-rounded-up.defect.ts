import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'levels-are-rounded-up',
  about: 'Of the levels that a model has, the strongest is sent whenever the asked one is not high',
  seenIn: 'sheet row 12, worked transformations: a tie goes down',
  back: (message, passOn) =>
    passOn(withThinkingConfig(message, (config) => ('thinkingLevel' in config ? { ...config, thinkingLevel: 'high' } : config))),
});
