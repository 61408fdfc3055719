import { defineDefect, refuse, textOf, type Message } from '../defect.ts';

const tokenOf = (message: Message): string => /wpt_[a-z0-9]{16}/.exec(textOf(message))?.[0] ?? '';

export default defineDefect({
  id: 'one-refusal-blocks-every-account',
  about: 'After one refusal nothing of the proxy is available, models and accounts that work included',
  seenIn: 'sheet R2 (e) 6: suspension belongs to one account and one model; sheet R10 (e) 7: an expired cookie hides all ids',
  front: async (message, passOn, memory) => {
    const blocked = memory.get('refused');
    if (message.method === 'POST' && blocked !== undefined && blocked !== tokenOf(message)) {
      return refuse(message, 503, 'auth_unavailable: no auth available');
    }
    const reply = await passOn(message);
    if (message.method === 'POST' && reply.status >= 400) memory.set('refused', tokenOf(message));
    return reply;
  },
  back: async (message, passOn, memory) => {
    const reply = await passOn(message);
    if (reply.status >= 400 && !memory.has('refused')) memory.set('refused', tokenOf(message));
    return reply;
  },
});
