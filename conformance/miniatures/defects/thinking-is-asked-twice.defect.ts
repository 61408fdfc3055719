import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'thinking-is-asked-twice',
  about: 'Budget and level are sent together, which Google refuses',
  seenIn: 'eclipse-peon-ai issue 115',
  back: (message, passOn) => passOn(withThinkingConfig(message, (config) => ({ thinkingBudget: 1024, thinkingLevel: 'low', ...config }))),
});
