import { evidenceOf } from '../evidence.ts';
import type { Sign } from '../sign.ts';

/** Builds from v6.7.40 to v7.2.120 call an unknown model a server error, which clients try again (sheet S3). No trouble as such. */
const sign: Sign = {
  name: 'old-build-502',
  read: ({ answer }) => {
    const unknown = answer('openai-chat');
    if (unknown?.sight.status !== 502 || !/unknown provider for model/.test(unknown.sight.bodyText)) return [];
    return [
      {
        row: 5,
        weight: 'possible',
        title: 'this build says 502 for a model that nobody serves',
        evidence: evidenceOf(unknown),
        questions: ['openai-chat'],
        cause: 'Builds up to v7.2.120 do; a misspelt name looks like an outage to clients, which try it again.',
        remediation: 'Run v7.2.121 or newer, which says 400 with code model_not_found; until then check names before blaming the provider.',
      },
    ];
  },
};

export default sign;
