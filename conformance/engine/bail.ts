import { unrunResult, type ArmResult } from './arm.ts';
import { notRunReason } from './not-run.ts';
import type { PlannedArm } from './plan.ts';

/** Stops a run after so many failures that no baseline entry covers. */
export interface Bail {
  /** Aborted by the last failure that is tolerated, and by the run's own signal. */
  readonly signal: AbortSignal;
  readonly count: (result: ArmResult) => void;
  /** Results of the arms that were left, in the order of `left`; none when the run did not bail. */
  readonly rest: (left: readonly PlannedArm[]) => readonly ArmResult[];
}

const unexpected = ({ record }: ArmResult): boolean => record.verdict === 'fail' && record.knownFailure === undefined;

/** Why an arm that was never run has no verdict; what is unsupported is so whether it is run or not. */
const leftOut = (planned: PlannedArm, failures: number): ArmResult =>
  planned.unsupported === undefined
    ? unrunResult(planned, 'inconclusive', notRunReason(failures))
    : unrunResult(planned, 'unsupported', planned.unsupported);

/** @param after how many unexpected failures end the run; undefined: none do */
export const openBail = (after: number | undefined, outer: AbortSignal): Bail => {
  if (after === undefined) return { signal: outer, count: () => undefined, rest: () => [] };
  const stop = new AbortController();
  let failures = 0;
  return {
    signal: AbortSignal.any([outer, stop.signal]),
    count: (result) => {
      failures += unexpected(result) ? 1 : 0;
      if (failures >= after) stop.abort();
    },
    rest: (left) => (stop.signal.aborted && !outer.aborted ? left.map((planned) => leftOut(planned, failures)) : []),
  };
};
