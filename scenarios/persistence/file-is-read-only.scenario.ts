import { defineScenario } from '#scenarios/kit/index';

import { onDiskThatRefuses } from './unkept.ts';

export default defineScenario({
  ...onDiskThatRefuses('read-only-file'),
  id: 'persistence/file-is-read-only',
  title: 'A change that was answered with an error is in force, until the next start',
  diagnosis: {
    symptom:
      'PUT of a value is answered 500 “failed to save config”, and GET shows the new value all the same; after a restart it is the old one.',
    cause:
      'config.yaml is mounted read-only by itself, and the proxy changes its memory before it tries to write: nothing takes the change back.',
    check: 'After the 500 compare GET config (memory) with GET config.yaml (disk) for the value that was to be changed.',
    remediation:
      'Mount the file without :ro. Until then take a 500 for “changed until the next start”, or use a proxy whose answers say persisted: false with the reason.',
  },
});
