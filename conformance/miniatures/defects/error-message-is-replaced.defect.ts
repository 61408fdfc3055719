import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'error-message-is-replaced',
  about: 'The upstream’s explanation is replaced by a general one',
  seenIn: 'sheet 1.4: error messages lost between dialects',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status >= 400 ? refuse(message, reply.status, 'An error occurred.') : reply;
  },
});
