import { showing, shownKeys } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'missing-key-is-accepted',
  about: 'A request without any key is served',
  seenIn: 'sheet 1.1: an empty list of keys leaves everything open',
  front: (message, passOn) => passOn(shownKeys(message).length === 0 ? showing(message) : message),
});
