import { defineDefect } from '../defect.ts';
import { suffixOf, withoutEffort, withoutSuffix } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'unknown-suffix-hides-the-body',
  about: 'A suffix without meaning is cut off, and the body’s effort is not looked at either',
  seenIn: 'sheet row 12 (e) 2',
  front: (message, passOn) => passOn(suffixOf(message) === 'abc' ? withoutEffort(withoutSuffix(message)) : message),
});
