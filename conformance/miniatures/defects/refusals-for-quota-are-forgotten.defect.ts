import { defineDefect, withStatus } from '../defect.ts';

/** The proxy is shown a fault of the request, which no account has to rest for; the caller sees what the vendor said. */
export default defineDefect({
  id: 'refusals-for-quota-are-forgotten',
  about: 'Every request asks the exhausted account again',
  seenIn: 'sheet X3 (e) 6: disable-cooling makes the pool a hammer',
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.status !== 429) return reply;
    memory.set('refused', true);
    return withStatus(reply, 400);
  },
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    return reply.status === 400 && memory.has('refused') ? withStatus(reply, 429) : reply;
  },
});
