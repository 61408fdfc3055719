import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'near-misses-get-no-hint',
  about: 'A misspelt name is refused without a word about the one that was meant',
  seenIn: 'sheet R5 (d): the reference includes the nearest listed ids',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 404 ? withText(reply, textOf(reply).replace(/ Nearest: .*?\.(?=")/, '')) : reply;
  },
});
