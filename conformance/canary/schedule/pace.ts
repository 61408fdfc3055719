/** Which due time is to be begun now, on a clock that may jump (issue 8). Pure: the caller keeps the pace and asks again at `nextAt`. */
import { nextDue, type Scheduled } from './next-due.ts';

/** What has been begun, so that a clock that is put back begins nothing twice. */
export interface Pace {
  /** Due times up to here have been looked at. */
  readonly looked: number;
  /** Due times that were begun one after the other, as stretches from the first to the last, oldest first. */
  readonly begun: readonly { readonly from: number; readonly to: number }[];
}

export interface Beat {
  readonly pace: Pace;
  /** The due time whose round is to be begun now. */
  readonly due?: number;
  /** Due times that have passed unused: the machine slept, or the clock was put forward. They are not made up for. */
  readonly overdue: number;
  /** When to ask again; absent: never. */
  readonly nextAt?: number;
}

const mostStretches = 16;
/** Counting missed rounds of a year in seconds would take long and say nothing more. */
const mostCounted = 10_000;
const firstLookBackMs = 60_000;
const lookBackGrowth = 4;

/** Nothing is due at the start itself: the first round comes at the next due time. */
export const startPace = (now: number): Pace => ({ looked: now, begun: [] });

const stretchWith = (begun: Pace['begun'], due: number) => begun.find(({ from, to }) => from <= due && due <= to);

/** The next due time after `after` that was not begun before. */
const nextFresh = (target: Scheduled, begun: Pace['begun'], after: number): number | undefined => {
  let due = nextDue(target, after);
  for (let stretch = due && stretchWith(begun, due); due !== undefined && stretch; stretch = due && stretchWith(begun, due)) {
    due = nextDue(target, stretch.to);
  }
  return due;
};

const withBegun = (begun: Pace['begun'], due: number, goesOn: boolean): Pace['begun'] => {
  const last = begun.at(-1);
  if (last !== undefined && goesOn && last.to < due) return [...begun.slice(0, -1), { from: last.from, to: due }];
  return [...begun, { from: due, to: due }].slice(-mostStretches);
};

/** The due times in `(after, now]` that were not begun before: the newest, and how many, counted up to a bound. */
const fresh = (target: Scheduled, begun: Pace['begun'], after: number, now: number) => {
  let newest: number | undefined;
  let count = 0;
  for (let due = nextFresh(target, begun, after); due !== undefined && due <= now; due = nextFresh(target, begun, due)) {
    newest = due;
    count += 1;
    if (count >= mostCounted) return { newest, count, cutShort: true };
  }
  return { newest, count, cutShort: false };
};

/** Where so many were missed that counting ended early, the newest is looked for from now backwards. */
const since = (
  target: Scheduled,
  { looked, begun }: Pace,
  now: number,
): { readonly newest?: number | undefined; readonly count: number } => {
  const found = fresh(target, begun, looked, now);
  let width = firstLookBackMs;
  while (found.cutShort && now - width > looked) {
    const late = fresh(target, begun, now - width, now);
    if (late.newest !== undefined && !late.cutShort) return { newest: late.newest, count: found.count };
    width *= lookBackGrowth;
  }
  return found;
};

/**
 * What is to be done now. Forward jumps begin one round at most, the newest, and count the others; backward jumps begin nothing that was begun
 * before, and go on at once with due times that were not.
 */
export const beat = (target: Scheduled, before: Pace, now: number): Beat => {
  const { newest, count } = since(target, before, now);
  const begun = newest === undefined ? before.begun : withBegun(before.begun, newest, count === 1);
  const nextAt = nextFresh(target, begun, now);
  return {
    pace: { looked: now, begun },
    ...(newest !== undefined && { due: newest }),
    overdue: Math.max(0, count - 1),
    ...(nextAt !== undefined && { nextAt }),
  };
};
