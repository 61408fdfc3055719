import { clientDialects } from '#scenarios/kit/cell';

import type { ListedName } from '../discover/read-models.ts';
import { cameToAnEndpoint } from './refusal.ts';
import type { Answered } from './session.ts';

/** A name that callers use: of the profile, or of `--model`. */
export interface WantedName {
  readonly name: string;
  /** `codex`, `codex:spark`: where the profile has it; `--model` for one of the command line. */
  readonly place: string;
}

/** What came of a question to a model. */
export interface ModelAnswer {
  /** As it was asked for. */
  readonly name: string;
  readonly answered: Answered;
}

/** All that signs may read. */
export interface Seen {
  /** A key was shown where questions show one. */
  readonly hasKey: boolean;
  readonly answer: (id: string) => Answered | undefined;
  /** Ids of the questions, as they were asked. */
  readonly order: readonly string[];
  /** Short questions to models. */
  readonly asked: readonly ModelAnswer[];
  /** The streams of models, from where callers are. */
  readonly streamed: readonly ModelAnswer[];
  /** The models of the list; undefined when there was no list to read. */
  readonly listed: readonly ListedName[] | undefined;
  /** False where the list may have more than was read of it. */
  readonly listIsWhole: boolean;
  /** Names that should be there. Empty without profile and without `--model`. */
  readonly wanted: readonly WantedName[];
  /** What the profile claims; empty when none was named. */
  readonly claims: ReadonlySet<string>;
  /** Whether there was an address behind the public one. */
  readonly hasDirect: boolean;
}

export const isListed = ({ listed }: Seen, name: string): boolean => listed?.some((each) => each.name === name) === true;

/** The first question that came to an endpoint: it judges the key where the list of models does not. */
export const firstToAnEndpoint = ({ answer }: Pick<Seen, 'answer'>): Answered | undefined =>
  clientDialects.map((dialect) => answer(dialect)).find(cameToAnEndpoint);

/** What a profile says to be offered to API keys and not to accounts of the same vendor (row 13). */
export const isOfKeysAlone = ({ place }: WantedName): boolean => place.endsWith(':keys-only');

const prefixOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

/** Wanted names of accounts that have something in the list: a prefix that nothing there has belongs to an account that is not there. */
export const expectedNames = ({ listed = [], wanted }: Seen): readonly WantedName[] => {
  const prefixes = new Set(['', ...listed.map(({ name }) => prefixOf(name))]);
  return listed.length === 0 ? [] : wanted.filter(({ name }) => prefixes.has(prefixOf(name)));
};

/** Wanted names that are not listed. A list that cannot be read whole or is empty misses none. */
export const missingNames = (seen: Seen): readonly WantedName[] =>
  seen.listIsWhole ? expectedNames(seen).filter(({ name }) => !isListed(seen, name)) : [];

/** Then it is not one name that is missing: the key sees little, or accounts are gone. */
export const mostAreMissing = (seen: Seen): boolean => missingNames(seen).length * 2 > expectedNames(seen).length;

const plainId = /^ask /;
const streamId = /^stream(?: |$)/;

const askedBy = (answers: readonly Answered[], id: RegExp): readonly ModelAnswer[] =>
  answers.flatMap((answered) => {
    const { id: asked, model } = answered.question;
    return id.test(asked) && model !== undefined ? [{ name: model, answered }] : [];
  });

export interface SeenParts extends Omit<Seen, 'answer' | 'asked' | 'streamed' | 'order'> {
  readonly answers: readonly Answered[];
}

/** Answers and facts, as signs read them. */
export const seenOf = ({ answers, ...facts }: SeenParts): Seen => ({
  ...facts,
  order: answers.map(({ question }) => question.id),
  answer: (id) => answers.find(({ question }) => question.id === id),
  asked: askedBy(answers, plainId),
  streamed: askedBy(answers, streamId),
});
