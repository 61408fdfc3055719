import { defineDefect } from '../defect.ts';
import { afterChanges, editConfig } from '../files-under.ts';

export default defineDefect({
  id: 'refused-texts-are-in-the-file',
  about: 'A configuration is written before it is read: what is refused is on the disk, for the next start to find',
  seenIn: 'sheet row 15 (e) 8: the next start fails on what a change has left',
  front: afterChanges((files, reply) => {
    if (reply.status === 400 || reply.status === 422) editConfig(files, (text) => `${text}request-retry: many\n`);
  }),
});
