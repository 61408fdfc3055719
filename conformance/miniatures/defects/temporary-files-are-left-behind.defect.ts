import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { defineDefect } from '../defect.ts';
import { afterChanges } from '../files-under.ts';

export default defineDefect({
  id: 'temporary-files-are-left-behind',
  about: 'Each change leaves an unfinished file beside the configuration',
  seenIn: 'sheet row 15 (b): config-validate-*.yaml in the directory of the file',
  front: afterChanges(({ seenByOperator }) => writeFileSync(join(seenByOperator, 'config-validate-1.yaml'), '')),
});
