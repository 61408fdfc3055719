/** What is written to the history, by whichever process, is told to open pages. */
import type { CanaryClock } from '../../canary/clock.ts';
import type { ReadHistory } from '../model/source.ts';

const everyMs = 1_000;
/** Rounds that are looked at each time; when there are more, the pages that are open learn of the newest only. */
const looked = 50;

export interface HistoryWatch {
  readonly stop: () => void;
}

interface WatchOptions {
  readonly history: Pick<ReadHistory, 'rounds'>;
  readonly clock: CanaryClock;
  readonly onRound: (target: string) => void;
}

/** Never throws: what cannot be read now is asked again at the next turn. */
export const watchHistory = ({ history, clock, onRound }: WatchOptions): HistoryWatch => {
  let known: ReadonlySet<string> | undefined;
  let stopped = false;
  let waiting = { cancel: (): void => undefined };
  const look = async (): Promise<void> => {
    const rounds = await history.rounds({ limit: looked });
    const before = known;
    known = new Set(rounds.map(({ id }) => id));
    if (before === undefined) return;
    // Rounds of several processes need not come in the order of their ids.
    for (const { id, target } of rounds) if (!before.has(id)) onRound(target);
  };
  const turn = async (): Promise<void> => {
    try {
      await look();
    } catch {
      // The page itself says that the history cannot be read.
    }
    if (!stopped) waiting = clock.after(everyMs, () => void turn());
  };
  waiting = clock.after(everyMs, () => void turn());
  return {
    stop: () => {
      stopped = true;
      waiting.cancel();
    },
  };
};
