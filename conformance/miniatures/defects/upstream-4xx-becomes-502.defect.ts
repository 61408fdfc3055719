import { defineDefect, withStatus } from '../defect.ts';

export default defineDefect({
  id: 'upstream-4xx-becomes-502',
  about: 'Every refusal of the upstream reaches the caller as 502',
  seenIn: 'sheet R5 (e) 12: 502 makes clients retry what 400 would not',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status >= 400 && reply.status < 500 ? withStatus(reply, 502) : reply;
  },
});
