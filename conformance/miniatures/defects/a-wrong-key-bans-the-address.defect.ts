import { showsListedKey } from '../client-key.ts';
import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'a-wrong-key-bans-the-address',
  about: 'After one wrong key everybody from that address is turned away',
  seenIn: 'sheet R1 (e) 5: the ban of the management key, applied to callers',
  front: async (message, passOn, memory) => {
    const address = message.headers['x-forwarded-for'];
    if (address === undefined) return passOn(message);
    if (memory.has(address)) return refuse(message, 403, 'Too many failed attempts');
    if (!showsListedKey(message)) memory.set(address, 'banned');
    return passOn(message);
  },
});
