import { defineDefect } from '../defect.ts';
import { effortOf, withoutEffort } from '../reasoning-fields.ts';

const known: readonly unknown[] = [undefined, null, '', 'none', 'auto', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

export default defineDefect({
  id: 'invented-levels-are-accepted',
  about: 'A level that does not exist is answered as if none had been asked for',
  seenIn: 'sheet row 12 (f): 200 to an invented level means it was dropped',
  front: (message, passOn) => passOn(known.includes(effortOf(message)) ? message : withoutEffort(message)),
});
