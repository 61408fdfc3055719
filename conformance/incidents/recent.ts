import type { Thresholds } from '../canary/config/canary-plan.ts';
import type { RecentResult } from '../history/records.ts';

/** Says something about the target. */
export const isJudged = ({ verdict }: RecentResult): boolean => verdict === 'pass' || verdict === 'fail';

/** Counts towards an alarm. */
export const isBad = ({ verdict, known }: RecentResult): boolean => verdict === 'fail' && known !== true;

/** Nothing at all went wrong. */
export const isClean = ({ verdict, warned }: RecentResult): boolean => verdict === 'pass' && !warned;

const endOf = <T>(all: readonly T[], count: number): readonly T[] => all.slice(Math.max(0, all.length - count));

/** The last `count` that were judged. */
export const lastJudged = (recent: readonly RecentResult[], count: number): readonly RecentResult[] =>
  endOf(recent.filter(isJudged), count);

/** The last `count` of any kind. */
export const lastAny = (recent: readonly RecentResult[], count: number): readonly RecentResult[] => endOf(recent, count);

/** Those after the last one for which `ends` holds. */
export const trailing = (recent: readonly RecentResult[], ends: (result: RecentResult) => boolean): readonly RecentResult[] =>
  recent.slice(recent.findLastIndex(ends) + 1);

/**
 * As many as the thresholds look at: the last ones of any kind, and the last ones that were judged, so that a time without verdicts does
 * not make a failure forgotten.
 */
export const keptOf = (recent: readonly RecentResult[], { of, fails, passes }: Thresholds): readonly RecentResult[] => {
  const count = Math.max(of, fails, passes);
  const kept = new Set([...lastAny(recent, count), ...lastJudged(recent, count)]);
  return recent.filter((result) => kept.has(result));
};
