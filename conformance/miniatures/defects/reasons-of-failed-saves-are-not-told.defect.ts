import { defineDefect, withJson } from '../defect.ts';
import { saysUnkept } from '../files-under.ts';

export default defineDefect({
  id: 'reasons-of-failed-saves-are-not-told',
  about: 'That a change is not kept is said, and not why: the mount, the rights and a full disk sound alike',
  seenIn: 'sheet row 15 (c): “write_failed”, “failed to write config”',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return saysUnkept(reply) ? withJson(reply, (body) => ({ ...body, reason: 'failed to write config' })) : reply;
  },
});
