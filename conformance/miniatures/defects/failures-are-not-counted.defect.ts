import { defineDefect } from '../defect.ts';
import { countsPath, withRows } from '../hidden-counts.ts';

export default defineDefect({
  id: 'failures-are-not-counted',
  about: 'The provider’s failures stay at 0 while it refuses every request',
  seenIn: 'sheet R19 (d), 0.2: success_rate is what the page’s check looks at',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.path === countsPath ? withRows(reply, (row) => ({ ...row, failure_count: 0, success_rate: 1 })) : reply;
  },
});
