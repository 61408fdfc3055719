import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: '413-becomes-400',
  about: 'A refusal for size reaches the caller as 400',
  seenIn: 'sheet R6 (b): opaque 400 instead of 413',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 413 ? withStatus(reply, 400) : reply;
  },
});
