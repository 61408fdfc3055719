import type { HistoryStore } from '../../history/store.ts';
import { readRest, restFact, type Rest } from './harm.ts';

/** Which targets are left alone, for all processes on one history. While that cannot be asked, what was known last holds. */
export interface Rests {
  readonly of: (target: string) => Promise<Rest | undefined>;
  readonly set: (target: string, rest: Rest | undefined) => Promise<void>;
}

export const openRests = (store: Pick<HistoryStore, 'fact' | 'setFact'>): Rests => {
  const known = new Map<string, Rest>();
  const keep = (target: string, rest: Rest | undefined): void => {
    if (rest === undefined) known.delete(target);
    else known.set(target, rest);
  };
  return {
    of: async (target) => {
      try {
        keep(target, readRest(await store.fact(restFact(target))));
      } catch {
        // The history is away: see above.
      }
      return known.get(target);
    },
    set: async (target, rest) => {
      keep(target, rest);
      // It is known here; that others do not know of it is told by whoever watches the history.
      await store.setFact(restFact(target), rest === undefined ? undefined : JSON.stringify(rest)).catch(() => undefined);
    },
  };
};
