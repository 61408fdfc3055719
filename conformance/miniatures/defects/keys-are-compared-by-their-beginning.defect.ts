import { referenceClientKey } from '../../targets/reference-config.ts';
import { showing, shownKeys } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'keys-are-compared-by-their-beginning',
  about: 'A key that begins like a listed one is accepted',
  seenIn: 'sheet 1.1: comparison is exact',
  front: (message, passOn) => passOn(shownKeys(message).some((key) => key.startsWith(referenceClientKey)) ? showing(message) : message),
});
