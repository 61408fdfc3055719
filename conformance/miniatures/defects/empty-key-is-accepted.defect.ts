import { showing, shownKeys } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'empty-key-is-accepted',
  about: 'An empty key equals an empty entry of the list',
  seenIn: 'sheet 1.1: blank entries of the list must be dropped',
  front: (message, passOn) => passOn(shownKeys(message).includes('') ? showing(message) : message),
});
