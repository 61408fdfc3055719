import { statSync } from 'node:fs';

import { defineDefect } from '../defect.ts';
import { configIn } from '../files-under.ts';

export default defineDefect({
  id: 'refused-starts-give-no-reason',
  about: 'A start that finds a directory in place of its file ends without saying so',
  seenIn: 'sheet X1: a start that fails with exit code 0',
  started: (files) => {
    if (statSync(configIn(files), { throwIfNoEntry: false })?.isFile() !== true) throw new Error('exited with code 0');
    return files;
  },
});
