import { isListed, isOfKeysAlone, missingNames, mostAreMissing, type Seen, type WantedName } from '../seen.ts';
import type { Named, Sign } from '../sign.ts';

const name = 'gpt-5.3-codex';

/** An alias that is listed has taken its place: then it is row 5's. */
const hasAlias = (seen: Seen, { place }: WantedName): boolean =>
  seen.wanted.some((each) => each.place === `${place}:alias` && isListed(seen, each.name));

const ofKeysAlone = (seen: Seen): readonly Named[] => {
  const gone = missingNames(seen).filter(isOfKeysAlone);
  if (gone.length === 0 || mostAreMissing(seen)) return [];
  return [
    {
      row: 13,
      weight: 'certain',
      title: 'a model that only API keys have is not available in this environment',
      evidence: `GET /v1/models has ${seen.listed?.length ?? 0} models, and not ${gone.map((each) => each.name).join(', ')}`,
      questions: ['models'],
      cause: 'The vendor offers the model to keys and not to accounts, and this environment has accounts only, or a key without the model.',
      remediation: 'Put the vendor’s API key beside the accounts under the same model name, or take a model that accounts have.',
    },
  ];
};

const ofThePage = (seen: Seen): readonly Named[] => {
  const wanted = missingNames(seen).find((each) => each.name === name);
  if (wanted === undefined || mostAreMissing(seen) || hasAlias(seen, wanted)) return [];
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
};

const sign: Sign = {
  name: 'codex-name-missing',
  read: (seen) => [...ofThePage(seen), ...ofKeysAlone(seen)],
};

export default sign;
