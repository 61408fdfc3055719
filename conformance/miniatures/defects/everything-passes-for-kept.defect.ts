import { defineDefect } from '../defect.ts';
import { withPersisted } from '../files-under.ts';

export default defineDefect({
  id: 'everything-passes-for-kept',
  about: 'The configuration and /health say that the file has what is in force, whatever it has',
  seenIn: 'sheet row 15 (e) 1: without a word the value dies at the restart',
  front: async (message, passOn) => withPersisted(withPersisted(await passOn(message), 'wireproof', true), 'config', true),
});
