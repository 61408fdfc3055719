import { defineDefect } from '../defect.ts';
import { withThinkingConfig } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'budgets-of-callers-are-not-read',
  about: 'A caller’s level is understood, and its number of tokens is dropped without a word',
  seenIn: 'sheet row 12 (a): thinkingBudget is one of the fields that are read',
  front: (message, passOn) => passOn(withThinkingConfig(message, ({ thinkingBudget: _dropped, ...config }) => config)),
});
