import { isAboutFiles, jsonReply } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-import-is-called-well-done',
  about: 'A file that cannot be used is refused without a word: the answer is 200',
  seenIn: 'sheet R16 (d), cure: validate on import',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return message.method === 'POST' && isAboutFiles(message) && reply.status >= 400 ? jsonReply(200, { status: 'ok' }) : reply;
  },
});
