import { defineDefect, type Reply } from '../defect.ts';

export default defineDefect({
  id: 'late-answers-end-the-wait',
  about: 'An answer to a request that was sent before the refusal counts as a sign that there is quota again',
  seenIn: 'sheet X3: a cooldown is shared by all requests in flight',
  front: async (message, passOn, memory) => {
    if (message.method !== 'POST') return passOn(message);
    const refusalsBefore = Number(memory.get('refusals') ?? 0);
    const reply = await passOn(message);
    const refusals = Number(memory.get('refusals') ?? 0);
    if (reply.status === 200 && refusals > refusalsBefore) memory.set('served', reply);
    if (reply.status !== 429) return reply;
    memory.set('refusals', refusals + 1);
    return (memory.get('served') as Reply | undefined) ?? reply;
  },
});
