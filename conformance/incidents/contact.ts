import type { Thresholds } from '../canary/config/canary-plan.ts';
import type { ProbeResult, RecentResult, ScenarioState } from '../history/records.ts';
import { isJudged, lastAny, trailing } from './recent.ts';
import type { Sees } from './sees.ts';

/** Whether a round reached its target at all. `untold`: nothing was judged, and nothing was lost on the way either. */
export type Contact = 'made' | 'none' | 'untold';

/** No connection, one that ends before an answer, or one and then silence: to callers it is the same. */
export const isLost = ({ verdict, reason, fault }: ProbeResult): boolean =>
  verdict === 'unreachable' ||
  (verdict === 'fail' && fault?.at === 'network') ||
  (verdict === 'inconclusive' && /(?:^|: )no-answer\b/.test(reason ?? ''));

export const contactOf = (results: readonly ProbeResult[]): Contact => {
  if (results.some((result) => (result.verdict === 'pass' || result.verdict === 'fail') && !isLost(result))) return 'made';
  return results.some(isLost) ? 'none' : 'untold';
};

/** The verdict as it is counted: `unreachable` where the round reached nothing, and nowhere else. */
export const countedVerdict = (result: ProbeResult, contact: Contact): RecentResult['verdict'] => {
  if (contact === 'none' && isLost(result)) return 'unreachable';
  return result.verdict === 'unreachable' ? 'inconclusive' : result.verdict;
};

const isUnreached = ({ verdict }: RecentResult): boolean => verdict === 'unreachable';

const newest = (states: readonly ScenarioState[], of: (result: RecentResult) => boolean): number =>
  Math.max(-Infinity, ...states.flatMap(({ recent }) => recent.filter(of).map(({ at }) => at)));

/** What the last entries say, where no round is at hand: another location's. */
const lastContact = (states: readonly ScenarioState[]): Contact => {
  const [lost, made] = [newest(states, isUnreached), newest(states, isJudged)];
  return lost > made ? 'none' : 'made';
};

/**
 * Whether a target can be reached from one location. A round that reaches nothing counts once, however many scenarios it had: the one with
 * the most lost results is looked at.
 * @param states of this location, with the last round
 * @param contact of its last round, where that is known
 */
export const reachedFrom = (
  states: readonly ScenarioState[],
  { fails, of, passes }: Thresholds,
  contact: Contact = lastContact(states),
): Sees => {
  if (contact === 'none') {
    return states.some(({ recent }) => lastAny(recent, of).filter(isUnreached).length >= fails) ? 'wrong' : 'cannot-tell';
  }
  if (contact === 'untold') return 'cannot-tell';
  return states.some(({ recent }) => trailing(recent, isUnreached).filter(isJudged).length >= passes) ? 'well' : 'cannot-tell';
};

/** What lies before a contact that holds counts no more. */
export const withoutLost = (state: ScenarioState): ScenarioState =>
  state.recent.some(isUnreached) ? { ...state, recent: state.recent.filter((result) => !isUnreached(result)) } : state;
