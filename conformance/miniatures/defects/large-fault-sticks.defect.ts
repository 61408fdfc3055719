import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'large-fault-sticks',
  about: 'After an unexplained refusal every request is refused',
  seenIn: 'sheet R6 (d): a retry with a reduced body must succeed',
  front: async (message, passOn, memory) => {
    if (memory.has('refused')) return refuse(message, 400, 'Request contains an invalid argument.');
    const reply = await passOn(message);
    if (reply.status === 400 && message.body.length > 280_000) memory.set('refused', true);
    return reply;
  },
});
