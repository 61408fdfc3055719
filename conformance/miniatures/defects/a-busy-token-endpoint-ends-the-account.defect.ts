import { asksForTokens, jsonReply } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'a-busy-token-endpoint-ends-the-account',
  about: 'An account whose token endpoint says 429 once has to log in again',
  seenIn: 'sheet R16 (d) L4, the other way round: any 4xx is taken for final',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    return asksForTokens(message) && reply.status === 429 ? jsonReply(400, { error: 'invalid_grant' }) : reply;
  },
});
