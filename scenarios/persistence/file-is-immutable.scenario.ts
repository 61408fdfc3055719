import { defineScenario } from '#scenarios/kit/index';

import { onDiskThatRefuses } from './unkept.ts';

export default defineScenario({
  ...onDiskThatRefuses('immutable-file'),
  id: 'persistence/file-is-immutable',
  title: 'Changes fail with “operation not permitted” although the mount is writable and the rights are right',
  diagnosis: {
    symptom: 'Every change is answered 500 “operation not permitted”, for root too; values show as changed until the next start.',
    cause: 'The file has the immutable bit, or a security policy forbids writing: neither ls -l nor the mount shows it.',
    check: 'lsattr config.yaml on the host: an i among the attributes.',
    remediation: 'chattr -i config.yaml on the host, or put up with changes that last until the next start and are told as such.',
  },
});
