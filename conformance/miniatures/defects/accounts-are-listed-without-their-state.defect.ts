import { isAboutFiles, withFiles } from '../account-traffic.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'accounts-are-listed-without-their-state',
  about: 'The listing of auth files has names and nothing of how their accounts are doing',
  seenIn: 'sheet R16 (f): without it nobody can tell which account is dead',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (!isAboutFiles(message)) return reply;
    return withFiles(reply, (files) => files.map(({ status: _status, status_message: _words, persisted: _kept, ...file }) => file));
  },
});
