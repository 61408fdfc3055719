import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'server-errors-become-rate-limits',
  about: 'A 5xx of the vendor reaches the caller as 429',
  seenIn: 'CLIProxyAPI#4724 and #5277',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status >= 500 ? withStatus(reply, 429) : reply;
  },
});
