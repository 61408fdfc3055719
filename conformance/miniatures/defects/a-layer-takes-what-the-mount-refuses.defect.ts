import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { FilePlaces } from '../../targets/target.ts';
import { defineDefect } from '../defect.ts';
import { afterChanges, configIn, saysUnkept } from '../files-under.ts';

const layerOver = ({ seenByOperator }: FilePlaces): string => join(seenByOperator, '..', 'layer');

export default defineDefect({
  id: 'a-layer-takes-what-the-mount-refuses',
  about: 'What the mounted file does not take is written into a copy that lies over it until the container is made anew',
  seenIn: 'sheet row 15 (f): without a look at the file nobody can tell where a change went',
  started: (files) => {
    mkdirSync(layerOver(files), { recursive: true });
    copyFileSync(configIn(files), join(layerOver(files), 'config.yaml'));
    return { ...files, seenByTarget: layerOver(files) };
  },
  front: afterChanges((files, reply) => {
    if (saysUnkept(reply)) appendFileSync(join(layerOver(files), 'config.yaml'), 'request-retry: 2\n');
  }),
});
