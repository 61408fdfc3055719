import { defineDefect } from '../defect.ts';
import { withoutSuffix } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'reasoning-suffix-is-ignored',
  about: 'The suffix of a model’s name only helps to find the model',
  seenIn: 'sheet row 12 (a), last line of the table',
  front: (message, passOn) => passOn(withoutSuffix(message)),
});
