import { asksForTokens, asksWithToken } from '../account-traffic.ts';
import { defineDefect, type Message } from '../defect.ts';

export default defineDefect({
  id: 'refused-tokens-are-renewed-for-ever',
  about: 'Every 401 costs a renewal, also when the token has just been renewed',
  seenIn: 'CLIProxyAPI: the back-off for refreshes that change nothing came later (sheet R16 (d))',
  back: async (message, passOn, memory) => {
    if (asksForTokens(message)) memory.set('renewal', message);
    const reply = await passOn(message);
    const renewal = memory.get('renewal') as Message | undefined;
    if (asksWithToken(message) && reply.status === 401 && renewal !== undefined) await passOn(renewal);
    return reply;
  },
});
