import { defineDefect, jsonOf, withStatus, withText } from '../defect.ts';
import { saysUnkept } from '../files-under.ts';

export default defineDefect({
  id: 'failed-saves-stay-in-force',
  about: 'A change whose saving failed is answered with an error, and is in force all the same',
  seenIn: 'sheet row 15 (e) 1: the field is set on the live object, then written; on 500 nothing is taken back',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!saysUnkept(reply)) return reply;
    const error = `failed to save config: ${String(jsonOf(reply.body)?.['reason'])}`;
    return withStatus(withText(reply, JSON.stringify({ error })), 500);
  },
});
