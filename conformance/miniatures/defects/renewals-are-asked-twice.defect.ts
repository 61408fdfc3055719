import { asksForTokens } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'renewals-are-asked-twice',
  about: 'A request for new tokens is sent a second time, as if it could be repeated',
  seenIn: 'sheet R16 (d) L5: the loser of two renewals gets invalid_grant',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (asksForTokens(message)) await passOn(message);
    return reply;
  },
});
