import { defineDefect, refuse } from '../defect.ts';
import { effortOf } from '../reasoning-fields.ts';

export default defineDefect({
  id: 'empty-efforts-are-refused',
  about: 'An empty level is taken for an invented one',
  seenIn: 'sheet row 12 (e) 8',
  front: (message, passOn) => (effortOf(message) === '' ? Promise.resolve(refuse(message, 400, 'unknown level: ""')) : passOn(message)),
});
