import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'questions-are-asked-twice',
  about: 'A model of several names is asked once for each, and the caller pays twice',
  seenIn: 'sheet R5 (e) 7: one name on two channels',
  front: async (message, passOn) => {
    if (message.method === 'POST') await passOn(message);
    return passOn(message);
  },
});
