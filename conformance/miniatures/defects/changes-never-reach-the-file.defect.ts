import { readFileSync } from 'node:fs';

import { defineDefect } from '../defect.ts';
import { configIn, editConfig, filesUnder } from '../files-under.ts';
import { changesSettings } from '../management-changes.ts';

export default defineDefect({
  id: 'changes-never-reach-the-file',
  about: 'Changes are answered as kept, and the file has the old text',
  seenIn: 'the page, row 15: what was changed is gone after the next start',
  front: async (message, passOn, memory) => {
    const files = filesUnder(memory);
    if (files === undefined || !changesSettings(message)) return passOn(message);
    const old = readFileSync(configIn(files), 'utf8');
    const reply = await passOn(message);
    editConfig(files, () => old);
    return reply;
  },
});
