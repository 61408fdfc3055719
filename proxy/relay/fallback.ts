import { mayAskFor } from '../clients/model-scope.ts';
import type { ProxyConfig } from '../config/schema.ts';
import { supporting } from './ask-model.ts';
import type { RelayContext } from './context.ts';
import type { FailureNote } from './failure-note.ts';
import type { Search } from './search.ts';

type Rule = ProxyConfig['fallback'][string];
type Condition = Rule['on'][number];

const conditionOf = ({ failureClass, remedyFallback }: FailureNote): Condition | undefined => {
  // Whether a model is refused is for a remedy to say, so that switching the remedy off shows what it is like without.
  if (remedyFallback !== undefined) return 'model-refused';
  if (failureClass === 'quota') return 'quota';
  if (failureClass === 'unauthorized' || failureClass === 'forbidden') return 'forbidden';
  return failureClass === 'unavailable' ? 'unavailable' : undefined;
};

const meets = (note: FailureNote, on: readonly Condition[]): boolean => {
  const condition = conditionOf(note);
  if (condition !== undefined && on.includes(condition)) return true;
  return on.includes('any-failure') && note.failureClass !== 'model-refused';
};

const describe = ({ remedyFallback, failureClass, error }: FailureNote): string =>
  remedyFallback ?? `${failureClass} with status ${error.status}`;

/** A model that may be asked instead, and why. */
export interface Fallback {
  readonly because: string;
  readonly to: readonly string[];
}

/** A request's own fault decides alone: what other credentials said before it is not why the request failed. */
const telling = (notes: readonly FailureNote[]): readonly FailureNote[] => {
  const last = notes.at(-1);
  return last?.failureClass === 'request-fault' ? [last] : notes;
};

const byRule = (rule: Rule | undefined, notes: readonly FailureNote[]): Fallback | undefined => {
  const met = rule === undefined ? undefined : telling(notes).findLast((note) => meets(note, rule.on));
  return rule === undefined || met === undefined ? undefined : { because: describe(met), to: rule.to };
};

/** `quota-exceeded.switch-preview-model` (row 19): the preview of a model has a quota of its own, and the other way round. */
const byQuota = ({ config, routing }: RelayContext, model: string, notes: readonly FailureNote[]): Fallback | undefined => {
  const met = config['quota-exceeded']['switch-preview-model'] ? telling(notes).findLast((note) => meets(note, ['quota'])) : undefined;
  const twin = model.endsWith('-preview') ? model.slice(0, -'-preview'.length) : `${model}-preview`;
  return met !== undefined && routing.knows(twin) ? { because: describe(met), to: [twin] } : undefined;
};

/** Which models may be asked after these failures of one; `undefined` when the configuration allows none. */
export const fallbackAfter = (context: RelayContext, model: string, notes: readonly FailureNote[]): Fallback | undefined => {
  const found = [byRule(context.config.fallback[model], notes), byQuota(context, model, notes)].filter((one) => one !== undefined);
  const [first] = found;
  return first === undefined ? undefined : { because: first.because, to: found.flatMap(({ to }) => to) };
};

/** Whether a fallback can be asked: it is served, can do what is asked for, and the client's key may use it. */
export const mayFallBackTo = (search: Search, model: string): boolean => {
  const { context, question } = search;
  if (!context.routing.knows(model) || !mayAskFor(question.client, model)) return false;
  return question.operation === 'count-tokens' || supporting(search, model).length > 0;
};
