import { defineDefect } from '../defect.ts';
import { countsPath, withRows } from '../hidden-counts.ts';

export default defineDefect({
  id: 'refused-requests-are-counted',
  about: 'Requests that were refused here, and sent to nobody, are counted for a provider',
  seenIn: 'sheet R11 (e) 7: what is refused locally is no request of a provider',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    const refused = Number(memory.get('refused') ?? 0);
    if (message.path === countsPath) return withRows(reply, (row) => ({ ...row, request_count: refused + Number(row['request_count']) }));
    if (reply.status >= 400) memory.set('refused', refused + 1);
    return reply;
  },
});
