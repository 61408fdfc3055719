import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { defineDefect } from '../defect.ts';
import { configIn } from '../files-under.ts';

export default defineDefect({
  id: 'a-copy-of-the-file-is-used',
  about: 'The proxy has a copy of the file before it that nobody edits',
  seenIn: 'sheet row 15 (e) 4: a mount of a single file holds on to the one that was there',
  started: (files) => {
    const copy = join(files.seenByOperator, '..', 'copy');
    mkdirSync(copy, { recursive: true });
    copyFileSync(configIn(files), join(copy, 'config.yaml'));
    return { ...files, seenByTarget: copy };
  },
});
