import { existsSync } from 'node:fs';

import type { HistoryStore } from '../../history/store.ts';
import type { CanaryClock } from '../clock.ts';

/** The fact by which all processes on one history are paused. */
const pausedFact = 'paused';

/** How old what is known of the fact may be. The file is looked for each time. */
const freshForMs = 1_000;
/** A round has its seconds: a history that takes the question and says nothing must not use them up. */
const waitsMs = 2_000;

export interface KillSwitch {
  /** Why nothing may be sent now; nothing: go on. */
  readonly paused: () => Promise<string | undefined>;
  /** For all processes on this history, until `resume`. */
  readonly pause: (because: string) => Promise<void>;
  readonly resume: () => Promise<void>;
}

interface KillSwitchWorld {
  readonly store: Pick<HistoryStore, 'fact' | 'setFact'>;
  readonly clock: CanaryClock;
  /** While this file exists, nothing is sent. */
  readonly pauseFile: () => string | undefined;
}

/**
 * Two switches, either of which is enough: a file, and a fact of the history. When the history cannot say whether it is paused, or not soon, what it said
 * last holds: a pause outlives the loss of the database.
 */
export const openKillSwitch = ({ store, clock, pauseFile }: KillSwitchWorld): KillSwitch => {
  let known: { readonly at: number; readonly because: string | undefined } | undefined;
  let asking: Promise<void> | undefined;
  /** What is being asked has been waited for in vain. */
  let isLate = false;
  const ask = async (): Promise<void> => {
    const because = await store.fact(pausedFact).catch(() => known?.because);
    known = { at: clock.now(), because };
  };
  const answered = async (asked: Promise<void>): Promise<void> =>
    new Promise((resolve) => {
      const late = clock.after(waitsMs, () => {
        isLate = true;
        resolve();
      });
      void asked.finally(() => {
        late.cancel();
        resolve();
      });
    });
  const refresh = async (): Promise<void> => {
    if (known !== undefined && Math.abs(clock.now() - known.at) < freshForMs) return;
    asking ??= ask().finally(() => {
      asking = undefined;
      isLate = false;
    });
    if (!isLate) await answered(asking);
  };
  const set = async (because: string | undefined): Promise<void> => {
    if (because !== undefined) known = { at: clock.now(), because };
    await store.setFact(pausedFact, because);
    known = { at: clock.now(), because };
  };
  return {
    paused: async () => {
      const file = pauseFile();
      if (file !== undefined && existsSync(file)) return `paused by the file ${file}`;
      await refresh();
      return known?.because;
    },
    pause: (because) => set(because),
    resume: () => set(undefined),
  };
};
