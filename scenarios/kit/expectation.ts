import type { Cell } from './cell.ts';
import type { CallerSight, FullSight } from './sight.ts';

/** Why something could not be judged. Closed: a report reader can rely on it. */
export const inconclusiveReasons = {
  'no-answer': 'the target sent no answer within the bound',
  'not-exercised': 'nothing happened that could be judged',
  'no-log': 'the target hands over no log',
  'prerequisite-failed': 'an earlier step did not do what this check builds on',
  'model-declined': 'the model declined or answered otherwise; models may',
  'not-visible-here': 'this vantage does not show it',
  'missing-here': 'this machine lacks what the check needs',
  'budget-spent': 'the budget of the run was spent before this step',
  'held-back': 'the run was told to send nothing more before this step',
  'not-in-recording': 'the upstream was asked for something that was not recorded',
} as const;
export type InconclusiveReason = keyof typeof inconclusiveReasons;

export interface Deviation {
  readonly expected: unknown;
  readonly actual: unknown;
  readonly evidence?: string;
}

export type Reading =
  | { readonly kind: 'holds' }
  | ({ readonly kind: 'deviates' } & Deviation)
  | { readonly kind: 'cannot-tell'; readonly reason: InconclusiveReason; readonly note?: string };

export const holds = (): Reading => ({ kind: 'holds' });
export const deviates = (deviation: Deviation): Reading => ({ kind: 'deviates', ...deviation });
export const cannotTell = (reason: InconclusiveReason, note?: string): Reading => ({
  kind: 'cannot-tell',
  reason,
  ...(note !== undefined && { note }),
});

export type Level = 'must' | 'should';

interface ExpectationBase<Step extends string> {
  /** Names the truth; the same id when it holds and when it does not. */
  readonly id: string;
  readonly level: Level;
  readonly steps: readonly Step[];
  /** Cells in which it can be judged at all; all by default. */
  readonly appliesTo: (cell: Cell) => boolean;
  /**
   * False: no canary asks for it, although the caller could see it. Either only a vendor with a script shows it, or it costs a live target
   * more requests than it tells.
   */
  readonly canary?: false;
}

export interface CallerExpectation<Step extends string> extends ExpectationBase<Step> {
  readonly side: 'caller';
  readonly judge: (sights: Readonly<Record<Step, CallerSight>>, cell: Cell) => Reading;
}

export interface UpstreamExpectation<Step extends string> extends ExpectationBase<Step> {
  readonly side: 'upstream';
  readonly judge: (sights: Readonly<Record<Step, FullSight>>, cell: Cell) => Reading;
}

export type Expectation<Step extends string> = CallerExpectation<Step> | UpstreamExpectation<Step>;

type Options = { readonly appliesTo?: (cell: Cell) => boolean; readonly canary?: false };
const everywhere = (): boolean => true;

const withDefaults = ({ appliesTo = everywhere, canary }: Options) => ({ appliesTo, ...(canary === false && { canary }) });

const callerSide =
  (level: Level) =>
  <const Step extends string>(
    id: string,
    steps: readonly Step[],
    judge: (sights: Readonly<Record<Step, CallerSight>>, cell: Cell) => Reading,
    options: Options = {},
  ): CallerExpectation<Step> => ({ id, level, side: 'caller', steps, judge, ...withDefaults(options) });

const behindProxy =
  (level: Level) =>
  <const Step extends string>(
    id: string,
    steps: readonly Step[],
    judge: (sights: Readonly<Record<Step, FullSight>>, cell: Cell) => Reading,
    options: Options = {},
  ): UpstreamExpectation<Step> => ({ id, level, side: 'upstream', steps, judge, ...withDefaults(options) });

/** Decides the exit code. `must.behind` also sees the upstream side and therefore never runs against a live target. */
export const must = Object.assign(callerSide('must'), { behind: behindProxy('must') });
/** Warns. */
export const should = Object.assign(callerSide('should'), { behind: behindProxy('should') });
