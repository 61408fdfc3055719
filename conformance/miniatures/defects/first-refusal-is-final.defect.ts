import { defineDefect, textOf, type Reply } from '../defect.ts';

export default defineDefect({
  id: 'first-refusal-is-final',
  about: 'What one account is refused, nobody else is asked for',
  seenIn: 'CPA#1374: one account that had to be verified stopped everything',
  back: async (message, passOn, memory) => {
    const token = /wpt_[a-z0-9]{16}/.exec(textOf(message))?.[0] ?? '';
    const earlier = memory.get(token) as Reply | undefined;
    if (earlier !== undefined) return earlier;
    const reply = await passOn(message);
    if (reply.status >= 400) memory.set(token, reply);
    return reply;
  },
});
