import { defineDefect } from '../defect.ts';
import { countsPath, withRows } from '../hidden-counts.ts';

export default defineDefect({
  id: 'estimates-are-not-marked',
  about: 'Tokens that were only estimated look like those that the provider told',
  seenIn: 'sheet R11 (d): an estimate is flagged as one',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.path === countsPath ? withRows(reply, (row) => ({ ...row, estimated_requests: 0 })) : reply;
  },
});
