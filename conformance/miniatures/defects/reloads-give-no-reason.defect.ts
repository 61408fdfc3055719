import { defineDefect, withText } from '../defect.ts';

export default defineDefect({
  id: 'reloads-give-no-reason',
  about: 'A reload of a file that is wrong is answered without a word of what is wrong',
  seenIn: 'sheet row 15 (d): “failed to reload config” is in the log alone',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.path === '/v0/management/reload' ? withText(reply, '{"status":"ok"}') : reply;
  },
});
