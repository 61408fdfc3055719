import { isListed, missingNames, mostAreMissing } from '../seen.ts';
import type { Sign } from '../sign.ts';

const name = 'gpt-5.3-codex';

const sign: Sign = {
  name: 'codex-name-missing',
  read: (seen) => {
    const wanted = missingNames(seen).find((each) => each.name === name);
    if (wanted === undefined || mostAreMissing(seen)) return [];
    if (seen.wanted.some(({ place, name: alias }) => place === `${wanted.place}:alias` && isListed(seen, alias))) return [];
    return [
      {
        row: 13,
        weight: 'certain',
        title: `${name} is not available in this environment`,
        evidence: `GET /v1/models has ${seen.listed?.length ?? 0} models, and not ${name}`,
        questions: ['models'],
        cause: 'Environments differ in catalogue, accounts and exclusions; newer catalogues do not have the model for accounts any more.',
        remediation:
          'Compare the lists of the environments, decide by what this one lists, and put a key beside the accounts where they lack it.',
      },
    ];
  },
};

export default sign;
