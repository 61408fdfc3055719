import { defineDefect, refuse } from '../defect.ts';

const mostTries = 5;

export default defineDefect({
  id: 'tries-without-a-key-ban',
  about: 'Five requests without the management key shut its owner out, which a monitor does in five minutes',
  seenIn: 'router-for-me/CLIProxyAPI#4013, sheet X2 (e) 1',
  front: async (message, passOn, memory) => {
    if (!message.path.startsWith('/v0/management/config')) return passOn(message);
    const tries = Number(memory.get('tries') ?? 0);
    if (tries >= mostTries) return refuse(message, 403, 'IP banned due to too many failed attempts.');
    if (message.headers['x-management-key'] === undefined) memory.set('tries', tries + 1);
    return passOn(message);
  },
});
