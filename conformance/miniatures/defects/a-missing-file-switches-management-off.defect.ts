import { existsSync } from 'node:fs';

import { defineDefect } from '../defect.ts';
import { configIn, filesUnder } from '../files-under.ts';

export default defineDefect({
  id: 'a-missing-file-switches-management-off',
  about: 'As soon as the file is gone the proxy goes on with the defaults, in which there is no management API',
  seenIn: 'sheet row 15 (d): an invalid or empty file must keep the old configuration',
  front: (message, passOn, memory) => {
    const files = filesUnder(memory);
    const isGone = files !== undefined && !existsSync(configIn(files));
    return isGone && message.method === 'GET' && message.path.startsWith('/v0/management/')
      ? Promise.resolve({ status: 404, headers: {}, body: Buffer.alloc(0) })
      : passOn(message);
  },
});
