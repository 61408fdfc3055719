import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'compaction-object-is-renamed',
  about: 'A compaction comes back as an ordinary response object',
  seenIn: 'sheet row 20 (d): object must be response.compaction',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.path.endsWith('/compact') ? withText(reply, textOf(reply).replace('"response.compaction"', '"response"')) : reply;
  },
});
