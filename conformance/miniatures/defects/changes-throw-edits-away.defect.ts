import { readFileSync, writeFileSync } from 'node:fs';

import { defineDefect } from '../defect.ts';
import { afterChanges, configIn } from '../files-under.ts';

/** Whether this request would have changed a value; the clean proxy refuses while the file cannot be read. */
const changesAValue = (path: string): boolean => path === '/v0/management/request-retry';

export default defineDefect({
  id: 'changes-throw-edits-away',
  about: 'A change through the management API writes what is in memory over an edit that could not be read',
  seenIn: 'sheet row 15 (e) 7: a harmless-looking PUT rewrites unrelated parts',
  front: async (message, passOn, memory) =>
    afterChanges((files, reply) => {
      const text = readFileSync(configIn(files), 'utf8');
      if (changesAValue(message.path) && reply.status >= 400)
        writeFileSync(configIn(files), text.replace(/^max-retry-interval: .*\n/m, ''));
    })(message, passOn, memory),
});
