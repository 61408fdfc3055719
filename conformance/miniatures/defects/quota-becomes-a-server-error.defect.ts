import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'quota-becomes-a-server-error',
  about: 'An upstream’s 429 is taken for a 500: nobody waits, and the caller hears of a broken server',
  seenIn: 'sheet X3 (e) 8: cooldowns told with status 500',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 429 ? withStatus(reply, 500) : reply;
  },
});
