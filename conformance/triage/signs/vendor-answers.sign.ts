import { evidenceOf } from '../evidence.ts';
import type { Sign } from '../sign.ts';

/** A proxy lacks the path, wants its key, or says that nobody stands behind it; whatever else is JSON was somebody else's answer. */
const sign: Sign = {
  name: 'vendor-answers',
  read: ({ answer, listed }) => {
    const asked = answer('vendors-path');
    const nowhere = answer('nowhere');
    if (listed === undefined || asked?.sight.status !== 200 || nowhere?.sight.status === 200) return [];
    if (typeof asked.sight.json !== 'object' || asked.sight.json === null) return [];
    return [
      {
        row: 14,
        weight: 'likely',
        title: 'requests of Amp are passed on to the vendor',
        evidence: `${evidenceOf(asked)}, with JSON and without a key`,
        questions: ['vendors-path', 'nowhere'],
        cause:
          'The build’s part for Amp, or a reverse proxy in front, forwards what it has no provider for; the vendor’s credits are spent.',
        remediation:
          'Give the models a provider or a mapping, leave ampcode.upstream-url empty where nothing may be forwarded, and take /api/ out of the reverse proxy.',
      },
    ];
  },
};

export default sign;
