import type { CanaryClock } from '../../canary/clock.ts';

/** Waits for what never rejects, at most so long. */
export const inTime = (clock: CanaryClock, withinMs: number, done: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const alarm = clock.after(withinMs, resolve);
    void done.finally(() => {
      alarm.cancel();
      resolve();
    });
  });
