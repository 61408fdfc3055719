import { asksForTokens, jsonReply } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-failed-renewal-is-final',
  about: 'An account whose token endpoint is out of order for a minute has to log in again',
  seenIn: 'sheet R16 (d) L4, the other way round: what may pass is taken for final',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    return asksForTokens(message) && reply.status >= 500 ? jsonReply(400, { error: 'invalid_grant' }) : reply;
  },
});
