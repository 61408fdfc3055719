import { defineDefect, withJson } from '../defect.ts';
import { saysUnkept } from '../files-under.ts';

export default defineDefect({
  id: 'unkept-changes-are-called-kept',
  about: 'A change that the disk does not take is answered as if it were kept',
  seenIn: 'sheet row 15 (e) 1: memory and file differ, and nobody is told',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return saysUnkept(reply) ? withJson(reply, ({ reason: _reason, ...body }) => ({ ...body, persisted: true })) : reply;
  },
});
