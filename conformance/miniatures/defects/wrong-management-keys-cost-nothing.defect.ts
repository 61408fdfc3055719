import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'wrong-management-keys-cost-nothing',
  about: 'Whoever guesses the management key may go on as fast as the network lets him',
  seenIn: 'sheet X2 (c): failed tries must be counted',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const isLimited = message.path.startsWith('/v0/management') && reply.status === 429;
    return isLimited
      ? { status: 401, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"error":"invalid management key"}') }
      : reply;
  },
});
