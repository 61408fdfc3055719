/** Whether the database can be reached, and asking again when it cannot: soon at first, then less and less often. */

/** The canary's clock has this shape; the history does not know the canary. */
export interface Timekeeper {
  readonly now: () => number;
  readonly after: (ms: number, then: () => void) => { readonly cancel: () => void };
}

export interface Reach {
  readonly isUp: () => boolean;
  /** Since when it is away, and what it said last. */
  readonly away: () => { readonly since: number; readonly error: string } | undefined;
  readonly failed: (error: unknown) => void;
  /** Asks at once instead of at the next time; true where it is up then. */
  readonly ask: () => Promise<boolean>;
  readonly stop: () => void;
}

export interface ReachOptions {
  readonly clock: Timekeeper;
  readonly firstMs: number;
  readonly atMostMs: number;
  /** Rejects while the database is away. */
  readonly probe: () => Promise<void>;
  readonly onUp: () => void;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const watchReach = ({ clock, firstMs, atMostMs, probe, onUp }: ReachOptions): Reach => {
  let away: { since: number; error: string } | undefined;
  let alarm: { readonly cancel: () => void } | undefined;
  let delay = firstMs;
  let stopped = false;
  let asking: Promise<boolean> | undefined;
  /** Never two at the same time: both would catch up, and book everything twice. */
  const join = (): Promise<boolean> => {
    alarm?.cancel();
    alarm = undefined;
    asking ??= askNow().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  /** What is under way may have begun before the database came back. */
  const ask = async (): Promise<boolean> => (await asking) === true || join();
  const askNow = async (): Promise<boolean> => {
    try {
      await probe();
    } catch (error) {
      failed(error);
      return false;
    }
    away = undefined;
    delay = firstMs;
    onUp();
    return true;
  };
  const failed = (error: unknown): void => {
    away = { since: away?.since ?? clock.now(), error: textOf(error) };
    if (alarm !== undefined || stopped) return;
    alarm = clock.after(delay, () => void join());
    delay = Math.min(delay * 2, atMostMs);
  };
  return {
    isUp: () => away === undefined,
    away: () => away,
    failed,
    ask,
    stop: () => {
      stopped = true;
      alarm?.cancel();
      alarm = undefined;
    },
  };
};
