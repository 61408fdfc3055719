import { defineDefect } from '../defect.ts';
import { effortOf, withoutSuffix } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'body-beats-the-suffix',
  about: 'A suffix counts only where the body says nothing of reasoning',
  seenIn: 'sheet row 12 (a): suffix beats body',
  front: (message, passOn) => passOn(effortOf(message) === undefined ? message : withoutSuffix(message)),
});
