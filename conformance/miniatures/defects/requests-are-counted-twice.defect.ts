import { defineDefect } from '../defect.ts';
import { countsPath, withRows } from '../hidden-counts.ts';

export default defineDefect({
  id: 'requests-are-counted-twice',
  about: 'Every request is counted where it arrives and once more where it is sent on',
  seenIn: 'sheet R11 (e) 9: whether a request counts once or once per attempt is nowhere said',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.path === countsPath ? withRows(reply, (row) => ({ ...row, request_count: 2 * Number(row['request_count']) })) : reply;
  },
});
