import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'failed-compaction-cools-the-credential',
  about: 'One failed compaction takes the credential out of service',
  seenIn: 'CPA#4376: a 404 of the compaction route cooled the credential for hours',
  front: async (message, passOn, memory) => {
    if (memory.has('cooling')) return refuse(message, 503, 'auth_unavailable: no auth available');
    const reply = await passOn(message);
    if (message.path.endsWith('/compact') && message.method === 'POST' && reply.status === 404) memory.set('cooling', true);
    return reply;
  },
});
