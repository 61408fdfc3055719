import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'off-is-sent-as-zero',
  about: 'None becomes a budget of zero also for models that cannot be switched off',
  seenIn: 'sheet row 12: "Budget 0 is invalid. This model only works in thinking mode."; pydantic-ai issue 1967',
  // Hidden thoughts are how the clean proxy asks for the least that such a model can.
  back: (message, passOn) =>
    passOn(withThinkingConfig(message, (config) => (config['includeThoughts'] === true ? config : { thinkingBudget: 0 }))),
});
