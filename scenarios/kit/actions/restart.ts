import type { Action, ActionResult } from '../action.ts';
import type { CallerSight } from '../sight.ts';

/** Ends the target and starts it again: on the same files, at the same address, with nothing in its memory. */
export const restarts: Action = { kind: 'restart' };

export interface RestartResult extends ActionResult {
  readonly kind: 'restart';
  readonly started: boolean;
  /** What it said instead of starting. */
  readonly because?: string;
}

/** What came of the restart; `undefined` when the step did not get there. */
export const restartIn = ({ action }: CallerSight): RestartResult | undefined =>
  action?.kind === 'restart' ? (action as RestartResult) : undefined;
