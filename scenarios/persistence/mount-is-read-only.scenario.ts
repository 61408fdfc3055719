import { defineScenario } from '#scenarios/kit/index';

import { onDiskThatRefuses } from './unkept.ts';

export default defineScenario({
  ...onDiskThatRefuses('read-only-mount'),
  id: 'persistence/mount-is-read-only',
  title: 'Nobody can tell which changes are kept while the whole mount is read-only',
  diagnosis: {
    symptom: 'Some changes are answered with an error and in force, others with an error and not; the file is as old as before.',
    cause:
      'The directory of config.yaml is mounted read-only. A single value is changed in memory first; a whole configuration needs a new file beside the old one first, and fails before anything changed.',
    check: 'The warning at the start, and for each change: the answer, GET config (memory), GET config.yaml (disk).',
    remediation: 'Mount the directory writable, restart, and see that the warning is gone; or keep changes in the file that is mounted.',
  },
});
