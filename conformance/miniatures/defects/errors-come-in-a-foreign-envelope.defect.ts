import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'errors-come-in-a-foreign-envelope',
  about: 'Errors reach the caller in another vendor’s envelope',
  seenIn: 'sheet 1.4 rule A: upstream errors passed on verbatim',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status >= 400
      ? {
          ...reply,
          body: Buffer.from('{"detail":"refused, too large: 286721 bytes, limit 286720, streaming compact iflow kimi-k2 406 prompt"}'),
        }
      : reply;
  },
});
