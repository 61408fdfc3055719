import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'size-refusals-stick',
  about: 'After one refusal for size every request is refused',
  seenIn: 'sheet R6 (d): a retry with a reduced body must succeed',
  front: async (message, passOn, memory) => {
    if (memory.has('refused')) return refuse(message, 413, 'request body too large: 286721 bytes, limit 286720 bytes');
    const reply = await passOn(message);
    if (reply.status === 413 && message.body.length > 280_000) memory.set('refused', true);
    return reply;
  },
});
