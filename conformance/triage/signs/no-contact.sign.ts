import { evidenceOf } from '../evidence.ts';
import type { Named, Sign } from '../sign.ts';

/** An exit loop, a container that is not there and a wrong port look alike from outside (sheet R1–R11, section 4, step 1). */
const sign: Sign = {
  name: 'no-contact',
  read: ({ answer }) => {
    const first = answer('health');
    if (first === undefined || first.sight.status !== 0 || !/^(?:refused|reset)$/.test(first.sight.end)) return [];
    const about = { weight: 'possible', evidence: evidenceOf(first), questions: ['health'] } as const;
    const rows: readonly Named[] = [
      {
        ...about,
        row: 'startup',
        title: 'the proxy may not have started',
        cause: 'The configuration cannot be read, or the port is taken, so that the process ended.',
        remediation: 'Read the first lines of its log; check the path of the configuration, its syntax, and who holds the port.',
      },
      {
        ...about,
        row: 4,
        title: 'the container may have ended',
        cause: 'The image, its platform or a mount is not what it should be, and the container ends at once or again and again.',
        remediation: 'docker ps -a and docker logs CONTAINER --tail 200; pin a known-good tag and look at the mounted config.yaml.',
      },
    ];
    return first.sight.errorCode === 'ECONNREFUSED' ? rows : [];
  },
};

export default sign;
