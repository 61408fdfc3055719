/** Time as the canary sees it. Handed in everywhere, so that tests pass hours in a moment (issue 8). */
export interface CanaryClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls `then` once, `ms` from now or as soon as possible after it. */
  readonly after: (ms: number, then: () => void) => Alarm;
}

export interface Alarm {
  readonly cancel: () => void;
}

/** Node's timers take no more than this. */
const longestTimerMs = 2 ** 31 - 1;

/** The wall clock. */
export const systemClock = (): CanaryClock => ({
  now: () => Date.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(Math.max(0, ms), longestTimerMs));
    return { cancel: () => clearTimeout(timer) };
  },
});

/** A clock that stands until it is told otherwise. */
export interface VirtualClock extends CanaryClock {
  /** Lets time pass: alarms ring in their order, and what they begin is given the chance to go on in between. */
  readonly pass: (ms: number) => Promise<void>;
  /** The wall clock is set: no alarm rings earlier or later for it, as with Node's timers. */
  readonly jump: (ms: number) => void;
  /** How many alarms are set. */
  readonly pending: () => number;
}

interface Ringing {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** Lets everything that can go on without time go on: promises, and input that is there already. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** @param start milliseconds since the epoch */
export const virtualClock = (start = 0, settle: () => Promise<void> = settled): VirtualClock => {
  const alarms = new Set<Ringing>();
  let steady = 0;
  let wall = start;
  let order = 0;
  const first = (): Ringing | undefined => [...alarms].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  const moveTo = (at: number): void => {
    wall += at - steady;
    steady = at;
  };
  return {
    now: () => wall,
    after: (ms, then) => {
      order += 1;
      const alarm: Ringing = { at: steady + Math.max(0, ms), order, ring: then };
      alarms.add(alarm);
      return { cancel: () => void alarms.delete(alarm) };
    },
    pass: async (ms) => {
      const end = steady + ms;
      await settle();
      for (let next = first(); next !== undefined && next.at <= end; next = first()) {
        moveTo(next.at);
        alarms.delete(next);
        next.ring();
        await settle();
      }
      moveTo(end);
      await settle();
    },
    jump: (ms) => {
      wall += ms;
    },
    pending: () => alarms.size,
  };
};

/** A clock that is put right again and again: what is told it is the time from then on. */
export interface FollowingClock extends CanaryClock {
  /** @param now milliseconds since the epoch, by whoever has the right time */
  readonly follow: (now: number) => void;
}

/** Machines whose clocks differ agree on the time of one of them: the database's. */
export const followingClock = (base: CanaryClock): FollowingClock => {
  let ahead = 0;
  return {
    now: () => Math.round(base.now() + ahead),
    after: base.after,
    follow: (now) => {
      ahead = now - base.now();
    },
  };
};
