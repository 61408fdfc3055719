/** When a target is due: the same in every process that has the same configuration (issue 8). */
import type { CanaryTarget, Schedule } from '../config/canary-plan.ts';
import { blackoutAt } from './blackouts.ts';
import { nextCron } from './cron.ts';
import { spread } from './jitter.ts';

export type Scheduled = Pick<CanaryTarget, 'name' | 'schedule'>;

/** Intervals count from the epoch, each target with a beginning of its own, so that many targets do not come at once. */
const nextBase = ({ name, schedule: { when, timeZone } }: Scheduled, after: number): number | undefined => {
  if ('cron' in when) return nextCron(when.cron, timeZone, after);
  const phase = spread(name, when.everyMs - 1);
  return phase + (Math.floor((after - phase) / when.everyMs) + 1) * when.everyMs;
};

const moved = ({ name, schedule: { jitterMs } }: Scheduled, base: number): number => base + spread(`${name} ${base}`, jitterMs);

/** The first due time after `after`, blackouts aside. A later base can be moved less than an earlier one. */
const nextMoved = (target: Scheduled, after: number): number | undefined => {
  let earliest: number | undefined;
  let base = nextBase(target, after - target.schedule.jitterMs - 1);
  while (base !== undefined && (earliest === undefined || base < earliest)) {
    const due = moved(target, base);
    if (due > after && (earliest === undefined || due < earliest)) earliest = due;
    base = nextBase(target, base);
  }
  return earliest;
};

/** A schedule whose next so many windows leave no gap has none. */
const mostWindows = 2_000;

/**
 * The first time after `after` at which a round of the target is due, milliseconds since the epoch. Times inside of a blackout are left out,
 * not put off. `undefined`: it is never due again.
 */
export const nextDue = (target: Scheduled, after: number): number | undefined => {
  let from = after;
  for (let window = 0; window < mostWindows; window += 1) {
    const due = nextMoved(target, from);
    if (due === undefined) return undefined;
    const blackout = blackoutAt(target.schedule, due);
    if (blackout === undefined) return due;
    from = blackout.to - 1;
  }
  return undefined;
};

/** Every due time in `(after, to]`, those inside of a blackout with its reason. */
export function* duesBetween(target: Scheduled, after: number, to: number): Generator<{ readonly at: number; readonly blackout?: string }> {
  for (let at = nextMoved(target, after); at !== undefined && at <= to; at = nextMoved(target, at)) {
    const blackout = blackoutAt(target.schedule, at);
    yield blackout === undefined ? { at } : { at, blackout: blackout.reason };
  }
}

/** True where a cron expression never comes, whatever the blackouts say. */
export const neverComes = ({ when, timeZone }: Schedule, after: number): boolean =>
  'cron' in when && nextCron(when.cron, timeZone, after) === undefined;
