import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'refusals-are-retried-in-a-row',
  about: 'A refused request is sent four more times at once',
  seenIn: 'sheet R3 (e) 11 and 1.6: one failing request multiplied upstream',
  back: async (message, passOn) => {
    let reply = await passOn(message);
    for (let again = 0; again < 4 && reply.status >= 400; again += 1) reply = await passOn(message);
    return reply;
  },
});
