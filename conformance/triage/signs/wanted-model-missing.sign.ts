import { isListed, isOfKeysAlone, missingNames, mostAreMissing, type Seen, type WantedName } from '../seen.ts';
import type { Sign } from '../sign.ts';

/** Rows of their own: 7 for the bridge, 13 for the name that environments are compared by, as for what only keys have. */
const ofAnotherRow = /(?:^|\/)gemini-claude-|^gpt-5\.3-codex$/;

const prefixed = ({ listed }: Seen, name: string): string | undefined => listed?.find((each) => each.name.endsWith(`/${name}`))?.name;

const otherCase = ({ listed }: Seen, name: string): string | undefined =>
  listed?.find((each) => each.name !== name && each.name.toLowerCase() === name.toLowerCase())?.name;

/** An alias without `fork` takes the original’s place; then the name of row 13 is this row's too. */
const isRenamed = (seen: Seen, { name, place }: WantedName): boolean =>
  seen.wanted.some((other) => other.place === `${place}:alias` && other.name !== name && isListed(seen, other.name));

const isGone = (seen: Seen, wanted: (each: WantedName) => boolean): boolean =>
  seen.wanted.some((each) => wanted(each) && !isListed(seen, each.name));

/** What a bridge leads to is told with the bridge, and an alias of row 13's name with that name. */
const isToldElsewhere = (seen: Seen, { name, place }: WantedName): boolean =>
  isGone(seen, (each) => each.name === `gemini-${name}`) ||
  (place === 'codex:alias' && isGone(seen, (each) => each.place === 'codex' && ofAnotherRow.test(each.name)));

const countedHere = (seen: Seen): readonly WantedName[] => {
  const all = missingNames(seen);
  if (mostAreMissing(seen)) return all;
  const isAnotherRows = (each: WantedName): boolean => ofAnotherRow.test(each.name) || isOfKeysAlone(each) || isToldElsewhere(seen, each);
  return all.filter((each) => isRenamed(seen, each) || !isAnotherRows(each));
};

const hintFor = (seen: Seen, { name }: WantedName): string => {
  const near = prefixed(seen, name) ?? otherCase(seen, name);
  return near === undefined ? name : `${name} (there is ${near})`;
};

const sign: Sign = {
  name: 'wanted-model-missing',
  read: (seen) => {
    const names = countedHere(seen);
    if (names.length === 0) return [];
    return [
      {
        row: 5,
        weight: 'certain',
        title: `${names.length === 1 ? 'a model that callers use is' : `${names.length} models that callers use are`} not listed`,
        evidence: `GET /v1/models has ${seen.listed?.length ?? 0} models, and not ${names
          .slice(0, 5)
          .map((each) => hintFor(seen, each))
          .join(', ')}`,
        questions: ['models'],
        cause:
          'An alias is missing or replaces the original (fork), a prefix is forced, an exclusion is too wide, the key may not see it, or its accounts are suspended.',
        remediation:
          'Compare the whole names letter by letter; then look at aliases and their fork, prefixes, excluded-models and the accounts’ state.',
      },
    ];
  },
};

export default sign;
