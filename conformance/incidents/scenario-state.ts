import type { Thresholds } from '../canary/config/canary-plan.ts';
import type { Health, RecentResult, ScenarioState } from '../history/records.ts';
import { isBad, isClean, isJudged, keptOf, lastJudged, trailing } from './recent.ts';

/** What the state machine is told besides the result itself. */
export interface Moment {
  readonly now: number;
  readonly thresholds: Thresholds;
  /** Its answers are slower than they used to be. */
  readonly slow: boolean;
}

/** k of n to fall, and only a failure makes one fall; so many in a row to recover. */
const isFailing = (recent: readonly RecentResult[], wasFailing: boolean, { fails, of, passes }: Thresholds): boolean => {
  if (wasFailing) return lastJudged(recent, passes).some(isBad);
  const [newest] = recent.slice(-1);
  return newest !== undefined && isBad(newest) && lastJudged(recent, of).filter(isBad).length >= fails;
};

const isBlind = (recent: readonly RecentResult[], { fails }: Thresholds): boolean =>
  !recent.some(isJudged) || trailing(recent, isJudged).length >= fails;

const healthOf = (recent: readonly RecentResult[], failing: boolean, { thresholds, slow }: Moment): Health => {
  if (isBlind(recent, thresholds)) return 'unknown';
  if (failing) return 'failing';
  const [last] = lastJudged(recent, 1);
  const unsteady = lastJudged(recent, thresholds.passes).some(isBad);
  return slow || unsteady || (last !== undefined && !isClean(last)) ? 'degraded' : 'healthy';
};

/** Times of falling and recovering; what happens between healthy and degraded wakes nobody. */
const changesOf = (state: ScenarioState | undefined, crossed: boolean, { now, thresholds: { flap } }: Moment): readonly number[] => {
  const all = crossed ? [...(state?.changes ?? []), now] : (state?.changes ?? []);
  // A clock that was set back would keep what lies ahead of it for ever.
  return all.filter((at) => Math.abs(now - at) < flap.withinMs).slice(-(flap.changes + 1));
};

/** The state with another health, since now where it is another one. */
export const withHealth = (state: ScenarioState, health: Health, now: number): ScenarioState =>
  state.health === health ? state : { ...state, health, since: now };

/** What the scenario is of, for its first result. */
export type Subject = Pick<ScenarioState, 'target' | 'location' | 'scenario' | 'row'>;

/** The state after one more result. Pure. */
export const nextState = (
  state: ScenarioState | undefined,
  result: RecentResult,
  { target, location, scenario, row }: Subject,
  moment: Moment,
): ScenarioState => {
  const { now, thresholds } = moment;
  const all = [...(state?.recent ?? []), result];
  const wasFailing = state?.unrecovered === true;
  const failing = isFailing(all, wasFailing, thresholds);
  // What lies before a recovery counts no more: a new alarm needs failures of its own.
  const recent = keptOf(wasFailing && !failing ? all.slice(all.indexOf(lastJudged(all, thresholds.passes)[0] ?? result)) : all, thresholds);
  const health = healthOf(recent, failing, moment);
  const changes = changesOf(state, failing !== wasFailing, moment);
  const unconfirmed = isBad(result) && !failing;
  return {
    target,
    location,
    scenario,
    row,
    health,
    recent,
    changes,
    since: state?.health === health ? state.since : now,
    lastAt: result.at,
    flapping: changes.length > thresholds.flap.changes || (state?.flapping === true && changes.length > 0),
    ...(failing && { unrecovered: true }),
    ...(unconfirmed && { confirmAt: now + thresholds.confirmAfterMs }),
  };
};

/** When it was last judged; for one that never was, since when nothing is known. */
export const lastJudgedAt = ({ recent, since }: ScenarioState): number => recent.findLast(isJudged)?.at ?? since;

/** Nobody has been able to judge it for longer than the target's threshold allows. */
export const isStale = (state: ScenarioState, { staleAfterMs }: Thresholds, now: number): boolean =>
  now - lastJudgedAt(state) > staleAfterMs;
