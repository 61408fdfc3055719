import { showing, shownKeys } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'any-key-is-accepted',
  about: 'Any key opens the proxy, as long as there is one',
  seenIn: 'sheet R1 (e) 1: a check of presence passes for a check of the key',
  front: (message, passOn) => passOn(shownKeys(message).some((key) => key !== '') ? showing(message) : message),
});
