import { without } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'authorization-is-stripped',
  about: 'A gateway in front takes the Authorization header away',
  seenIn: 'sheet R1 (f): compare header and query to find a stripped header',
  front: (message, passOn) => passOn(without(message, ['authorization'])),
});
