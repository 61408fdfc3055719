import { showing, showsListedKey } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'key-is-checked-after-the-answer',
  about: 'A refused question has been answered by the vendor already',
  seenIn: 'sheet R1 (d): no attempt, no usage and no metrics for a refused key',
  front: async (message, passOn) => {
    if (message.method === 'POST' && !showsListedKey(message)) await passOn(showing(message));
    return passOn(message);
  },
});
