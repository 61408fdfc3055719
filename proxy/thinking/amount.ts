import { readLevel } from './levels.ts';
import type { Level } from './levels.ts';

/** How much reasoning somebody asks for. */
export type Amount =
  | { readonly mode: 'none' }
  /** As the model sees fit. */
  | { readonly mode: 'auto' }
  | { readonly mode: 'level'; readonly level: Level }
  /** Tokens: 1 or more when it is well-formed. */
  | { readonly mode: 'budget'; readonly tokens: number }
  /** A word that is no known level; only a model of the operator's own may know it. */
  | { readonly mode: 'word'; readonly word: string };

/** What a request says of reasoning, wherever it says it. */
export interface Asked {
  readonly amount: Amount;
  /** A suffix of the model's name is the proxy's own grammar and the same for every model; a field is the dialect's. */
  readonly source: 'suffix' | 'request';
  /** The neutral field that a loss is told of. */
  readonly path: 'reasoningEffort' | 'reasoningBudget';
  /** False where the client wants no thoughts in the answer. */
  readonly visible: boolean;
}

/** The amount that a level's word means. @param word Not empty. */
export const amountOfWord = (word: string): Amount => {
  if (word.toLowerCase() === 'auto') return { mode: 'auto' };
  const level = readLevel(word);
  if (level === undefined) return { mode: 'word', word };
  return level === 'none' ? { mode: 'none' } : { mode: 'level', level };
};

/** The amount that a number of tokens means: 0 is off and -1 dynamic in every dialect that has numbers (sheet row 12). */
export const amountOfBudget = (tokens: number): Amount => {
  if (tokens === 0) return { mode: 'none' };
  return tokens === -1 ? { mode: 'auto' } : { mode: 'budget', tokens };
};

/** A request's own fields. */
export interface AskedFields {
  readonly reasoningEffort?: string;
  readonly reasoningBudget?: number;
}

/** What a request's own fields ask for. A budget is the more exact of the two; an empty word says nothing (sheet row 12 (e) 8). */
export const askedByFields = ({ reasoningEffort: word, reasoningBudget: tokens }: AskedFields, visible = true): Asked | undefined => {
  if (tokens !== undefined) return { amount: amountOfBudget(tokens), source: 'request', path: 'reasoningBudget', visible };
  if (word === undefined || word === '') return undefined;
  return { amount: amountOfWord(word), source: 'request', path: 'reasoningEffort', visible };
};

/** The amount in a request's own fields. */
export const fieldsOfAsked = ({ amount }: Asked): AskedFields => {
  if (amount.mode === 'budget') return { reasoningBudget: amount.tokens };
  if (amount.mode === 'level') return { reasoningEffort: amount.level };
  return { reasoningEffort: amount.mode === 'word' ? amount.word : amount.mode };
};
