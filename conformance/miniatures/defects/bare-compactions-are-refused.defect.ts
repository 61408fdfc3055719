import { defineDefect, jsonOf, refuse } from '../defect.ts';

export default defineDefect({
  id: 'bare-compactions-are-refused',
  about: 'A compaction without object and usage is taken for a broken answer',
  seenIn: 'sheet row 20 (e) 8: the backend may return only output',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const bare = message.path.endsWith('/compact') && reply.status === 200 && !('object' in (jsonOf(reply.body) ?? {}));
    return bare ? refuse(message, 502, 'The upstream answered with no response object.') : reply;
  },
});
