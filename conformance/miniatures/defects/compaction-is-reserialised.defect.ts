import { defineDefect, withJson } from '../defect.ts';

export default defineDefect({
  id: 'compaction-is-reserialised',
  about: 'A compaction is parsed and written anew',
  seenIn: 'performance and fidelity: bytes must pass untouched in one dialect',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.path.endsWith('/compact') ? withJson(reply, (body) => ({ wireproof: 1, ...body })) : reply;
  },
});
