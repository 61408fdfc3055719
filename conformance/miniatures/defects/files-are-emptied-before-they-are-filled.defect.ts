import { defineDefect } from '../defect.ts';
import { afterChanges, editConfig, saysUnkept } from '../files-under.ts';

export default defineDefect({
  id: 'files-are-emptied-before-they-are-filled',
  about: 'When a change cannot be written the file has lost its end',
  seenIn: 'sheet row 15 (e) 8: truncate, then write',
  front: afterChanges((files, reply) => {
    if (saysUnkept(reply)) editConfig(files, (text) => text.slice(0, text.length / 3));
  }),
});
