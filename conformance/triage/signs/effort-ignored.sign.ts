import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Sign } from '../sign.ts';

const sign: Sign = {
  name: 'effort-ignored',
  read: ({ answer, claims }) => {
    const invented = answer('invented-effort');
    if (invented === undefined || refusalOf(invented.sight) !== undefined) return [];
    return [
      {
        row: 12,
        weight: claims.has('reasoning-effort') ? 'certain' : 'likely',
        title: 'a thinking effort that does not exist is taken: the field is dropped',
        evidence: `${evidenceOf(invented)} with reasoning_effort "zzz"`,
        questions: ['invented-effort'],
        cause: 'The translation to the provider’s dialect leaves the effort out, and the model thinks as it does by default.',
        remediation:
          'Run a build that carries the effort; until then ask in the provider’s own dialect, or with a suffix that the proxy knows.',
      },
    ];
  },
};

export default sign;
