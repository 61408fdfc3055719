import { missingNames, mostAreMissing } from '../seen.ts';
import type { Sign } from '../sign.ts';

const bridged = /(?:^|\/)gemini-claude-/;

const sign: Sign = {
  name: 'bridge-missing',
  read: (seen) => {
    const gone = missingNames(seen).filter(({ name }) => bridged.test(name));
    if (gone.length === 0 || mostAreMissing(seen)) return [];
    return [
      {
        row: 7,
        weight: 'certain',
        title: 'the bridge to Antigravity’s Claude models is missing',
        evidence: `GET /v1/models does not have ${gone.map(({ name }) => name).join(', ')}`,
        questions: ['models'],
        cause: 'oauth-model-alias has no entry under antigravity for the name, or an exclusion takes the model away that it leads to.',
        remediation:
          'Add the alias under oauth-model-alias.antigravity with fork, hold oauth-excluded-models against the upstream’s own name, and look at the list again.',
      },
    ];
  },
};

export default sign;
