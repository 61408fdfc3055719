import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'first-error-poisons-the-history',
  about: 'After one bad answer every later turn of the conversation fails',
  seenIn: 'sheet R3 (e) 3: a conversation stays poisoned after the client was fixed',
  front: async (message, passOn) =>
    textOf(message).includes('And tomorrow?') ? refuse(message, 400, 'Invalid JSON payload received.') : passOn(message),
});
