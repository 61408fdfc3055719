import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'late-refusals-double-the-wait',
  about: 'Each refusal of requests that were under way together doubles the rest, as if each were another attempt',
  seenIn: 'sheet X3 (d): before v7.2.51 each late 429 doubled the window',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (message.method !== 'POST' || reply.status !== 429) return reply;
    const doublings = Number(memory.get('refusals') ?? 0);
    memory.set('refusals', doublings + 1);
    const seconds = Number(reply.headers['retry-after'] ?? 0);
    return { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds * 2 ** doublings) } };
  },
});
