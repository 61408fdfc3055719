import { evidenceOf } from '../evidence.ts';
import type { Seen } from '../seen.ts';
import type { Sign } from '../sign.ts';

/** Builds before v7.2.23 have no such endpoint, on or off; they are told by what they say of an unknown model (sheet X2 (f), S3). */
const isOldBuild = ({ answer }: Seen): boolean =>
  answer('openai-chat')?.sight.status === 502 || (answer('healthz')?.sight.status === 404 && answer('root')?.sight.status === 200);

const sign: Sign = {
  name: 'management-off',
  read: (seen) => {
    const asked = seen.answer('management');
    if (asked?.sight.status !== 404 || !seen.claims.has('management-api') || isOldBuild(seen)) return [];
    return [
      {
        row: 'management',
        weight: 'certain',
        title: 'the management API is switched off',
        evidence: evidenceOf(asked),
        questions: ['management'],
        cause: 'remote-management.secret-key is empty, so that /v0/management does not exist; or what stands in front passes only /v1 on.',
        remediation:
          'Set remote-management.secret-key, or the variable MANAGEMENT_PASSWORD. Let the ingress pass /v0/management on if it should.',
      },
    ];
  },
};

export default sign;
