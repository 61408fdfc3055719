import { clientDialects, type ClientDialect } from '#scenarios/kit/cell';

import { likelyUpstreams, type ListedName } from '../discover/read-models.ts';
import type { WantedName } from './seen.ts';

export interface Choice {
  readonly listed: readonly ListedName[];
  readonly wanted: readonly WantedName[];
  /** Dialects that the target was seen to speak. */
  readonly dialects: readonly ClientDialect[];
}

/** Models that rows of the page are about: each is worth a question of its own where it is offered (rows 8 and 9). */
const namedByThePage = /^(?:gpt-5\.3-codex-spark|glm-4\.7)$/;

/** Of a channel whose lists are known to be wider than the account (row 10), a name of each family is tried. */
const mostFamilies = 5;
const isOfWideChannel = ({ name, owner }: ListedName): boolean => owner === 'iflow' && !name.includes('/');
const familyOf = (name: string): string => name.replace(/[-\d].*$/, '');

/** The first name of each family that has none among `known`. */
const oneOfEachFamily = (names: readonly string[], known: readonly string[]): readonly string[] => {
  const families = new Set(known.map(familyOf));
  return names
    .filter((name) => {
      const family = familyOf(name);
      const isNew = !families.has(family);
      families.add(family);
      return isNew;
    })
    .slice(0, mostFamilies);
};

/** More accounts than that are told of as not asked. */
const mostAccounts = 16;

/** What stands before the last slash is mostly the prefix of an account; together with the owner it tells accounts apart. */
const accountOf = ({ name, owner }: ListedName): string => `${name.slice(0, name.lastIndexOf('/') + 1)} of ${owner}`;

/** One model of each account that has none among `names`. */
const ofOtherAccounts = (listed: readonly ListedName[], names: readonly string[]): readonly string[] => {
  const known = new Set(listed.filter(({ name }) => names.includes(name)).map(accountOf));
  const first = new Map<string, string>();
  for (const each of listed) if (!known.has(accountOf(each)) && !first.has(accountOf(each))) first.set(accountOf(each), each.name);
  return [...first.values()].slice(0, mostAccounts);
};

const isPlain = ({ place }: WantedName): boolean => !place.includes(':') && place !== commandLine;

/** A model that accounts may be refused and keys are not: whether somebody here has it is row 13's question. */
const isByKind = ({ place }: WantedName): boolean => place.endsWith(':by-kind');

/** Where a name of the command line stands. */
export const commandLine = '--model';

/**
 * Whom to ask, the most telling first: what the user named, the plain models of the profile or the likely ones of the list, models that the
 * page names, what the profile has for keys and accounts alike, one model of each further account. The session's limits cut off the end.
 */
export const namesToAsk = ({ listed, wanted, dialects }: Choice): readonly string[] => {
  const offered = (name: string): boolean => listed.length === 0 || listed.some((each) => each.name === name);
  const byUser = wanted.filter(({ place }) => place === commandLine).map(({ name }) => name);
  const plain = wanted.filter(isPlain).map(({ name }) => name);
  const likely = plain.length > 0 ? plain : Object.values(likelyUpstreams(listed, dialects));
  const ofThePage = listed.map(({ name }) => name).filter((name) => namedByThePage.test(name));
  const ofWideChannel = listed.filter(isOfWideChannel).map(({ name }) => name);
  const byKind = wanted.filter(isByKind).map(({ name }) => name);
  const known = [...likely, ...ofThePage, ...byKind];
  const first = [...new Set([...byUser, ...[...known, ...oneOfEachFamily(ofWideChannel, known)].filter(offered)])];
  return [...first, ...ofOtherAccounts(listed, first)];
};

/** In which dialect a model is asked: the first that the target speaks. */
export const dialectToAsk = (dialects: readonly ClientDialect[]): ClientDialect | undefined =>
  clientDialects.find((dialect) => dialects.includes(dialect));
