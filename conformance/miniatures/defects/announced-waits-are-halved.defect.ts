import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'announced-waits-are-halved',
  about: 'Accounts are asked again in half of the time for which their vendor refused them',
  seenIn: 'sheet X3 (b): hints that are read and not kept',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    const seconds = Number(reply.headers['retry-after']);
    return seconds > 1 ? { ...reply, headers: { ...reply.headers, 'retry-after': String(Math.floor(seconds / 2)) } } : reply;
  },
});
