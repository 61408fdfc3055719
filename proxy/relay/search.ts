import type { Loss } from '../ir/loss.ts';
import type { FailureVerdict, Failure } from '../remedies/remedy.ts';
import type { Outcome } from './attempt.ts';
import type { RelayContext } from './context.ts';
import type { ExchangeRecord } from './record.ts';
import type { Question } from './question.ts';
import type { EndSignal } from './departure.ts';

/** One request looking for somebody who answers it. */
export interface Search {
  readonly context: RelayContext;
  readonly question: Question;
  readonly signal: EndSignal;
  readonly record: ExchangeRecord;
  /** The conversation that keeps its credential; absent when `routing.session-affinity` is off. */
  readonly session?: string | undefined;
}

export type Found = Extract<Outcome, { kind: 'opened' }> & { readonly model: string; readonly losses?: readonly Loss[] };
export type Unanswered = Exclude<Outcome, { kind: 'opened' }>;

/** What the first remedy says that has an opinion of this kind. */
export const verdictOf = <K extends FailureVerdict['kind']>(
  { remedies }: Pick<RelayContext, 'remedies'>,
  failure: Failure,
  kind: K,
): Extract<FailureVerdict, { kind: K }> | undefined => {
  for (const { onFailure } of remedies) {
    const verdict = onFailure?.(failure);
    if (verdict?.kind === kind) return verdict as Extract<FailureVerdict, { kind: K }>;
  }
  return undefined;
};
