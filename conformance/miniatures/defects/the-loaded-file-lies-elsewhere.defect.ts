import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-loaded-file-lies-elsewhere',
  about: 'The configuration that is loaded is not the file that one finds, or does not find, where it should be',
  seenIn: 'the page, row 15: find config.yaml; sheet row 15 (e) 5: another path is tried in silence',
  started: (files) => {
    const elsewhere = join(files.seenByOperator, '..', 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });
    return { ...files, seenByTarget: elsewhere };
  },
});
