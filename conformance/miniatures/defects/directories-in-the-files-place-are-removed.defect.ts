import { rmSync, statSync, writeFileSync } from 'node:fs';

import { defineDefect } from '../defect.ts';
import { afterChanges, configIn } from '../files-under.ts';

export default defineDefect({
  id: 'directories-in-the-files-place-are-removed',
  about: 'A directory where the file should be is removed with all that is in it',
  seenIn: 'sheet row 15 (e) 5: the directory is the mount point that a container engine made',
  front: afterChanges((files) => {
    if (statSync(configIn(files), { throwIfNoEntry: false })?.isDirectory() !== true) return;
    rmSync(configIn(files), { recursive: true });
    writeFileSync(configIn(files), 'port: 0\n');
  }),
});
