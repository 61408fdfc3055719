import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'timeouts-are-told-as-server-errors',
  about: 'Who was given up on learns that something went wrong, and not that it took too long',
  seenIn: 'sheet X5 (c): deadline errors that reach the caller as a plain 500',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 504 ? refuse(message, 500, 'internal error') : reply;
  },
});
