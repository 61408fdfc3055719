import { defineDefect } from '../defect.ts';
import { withPersisted } from '../files-under.ts';

export default defineDefect({
  id: 'everything-passes-for-unkept',
  about: 'The configuration and /health say that the file lacks what is in force although it has it',
  seenIn: 'sheet row 15 (d): persisted must be worth something',
  front: async (message, passOn) => withPersisted(withPersisted(await passOn(message), 'wireproof', false), 'config', false),
});
