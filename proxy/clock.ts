/** Something that happens once, later. */
export interface Timer {
  /** Counts the time from now on again, also when it has run out already. */
  readonly restart: () => void;
  readonly stop: () => void;
  /** Lets the process end although the time has not run out. */
  readonly unref?: () => void;
}

/** Where the proxy takes the time from; tests and the suite hand in their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls `then` in `ms` milliseconds unless it is stopped. Left out: the system's timers. */
  readonly after?: (ms: number, then: () => void) => Timer;
}

const systemTimer = (ms: number, then: () => void): Timer => {
  const timer = setTimeout(then, ms);
  return { restart: () => void timer.refresh(), stop: () => clearTimeout(timer), unref: () => void timer.unref() };
};

export const systemClock: Clock = { now: () => Date.now(), after: systemTimer };

export const startTimer = ({ after = systemTimer }: Clock, ms: number, then: () => void): Timer => after(ms, then);
