import { defineDefect, refuse } from '../defect.ts';

const mostTries = 5;

export default defineDefect({
  id: 'remote-tries-ban-the-owner',
  about: 'Anybody on the network can shut the owner out by trying in vain, because all callers have the front proxy’s address',
  seenIn: 'sheet X2 (e) 2: a front proxy collapses all users into one address',
  front: async (message, passOn, memory) => {
    if (!message.path.startsWith('/v0/management')) return passOn(message);
    const tries = (): number => Number(memory.get('tries') ?? 0);
    if (tries() >= mostTries) return refuse(message, 403, 'IP banned due to too many failed attempts.');
    const reply = await passOn(message);
    if (reply.status === 401 || reply.status === 403) memory.set('tries', tries() + 1);
    return reply;
  },
});
