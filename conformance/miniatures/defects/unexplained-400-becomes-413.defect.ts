import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'unexplained-400-becomes-413',
  about: 'An unexplained 400 is turned into 413',
  seenIn: 'sheet R6 (e) 6',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 400 && message.body.length > 200_000 ? withStatus(reply, 413) : reply;
  },
});
