import { without } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'only-authorization-is-read',
  about: 'Keys are looked for in the Authorization header only',
  seenIn: 'sheet R1 (e) 3: five places must work',
  front: (message, passOn) => passOn(without(message, ['x-api-key', 'x-goog-api-key', 'key', 'auth_token'])),
});
