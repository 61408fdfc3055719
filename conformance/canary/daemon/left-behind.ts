import type { HistoryStore } from '../../history/store.ts';
import type { Alarm } from '../clock.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';
import type { RoundWorld } from '../round/round-world.ts';

export interface LeftBehind {
  readonly store: Pick<HistoryStore, 'incidents' | 'closeLeft'>;
  readonly plan: () => Pick<CanaryPlan, 'targets'>;
  readonly rounds: Pick<RoundWorld, 'clock' | 'ending'>;
  readonly tell: (line: string) => void;
}

const mostNamed = 10;
/** Another canary that shares the history writes rounds of what it watches far more often than that. */
const silentMs = 86_400_000;
const looksEveryMs = 3_600_000;

const shown = (targets: readonly string[]): string => {
  const names = [...new Set(targets)].sort();
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `${names.slice(0, mostNamed).join(', ')}${more}`;
};

const watchedBy = ({ plan }: LeftBehind): readonly string[] => plan().targets.map(({ name }) => name);

/** Closes open incidents of targets that are not in this configuration and that nobody on this history has asked for a day. */
export const closeLeftBehind = async (left: LeftBehind): Promise<void> => {
  const { store, tell } = left;
  const now = left.rounds.clock.now();
  const closed = await store.closeLeft({ watched: watchedBy(left), silentSince: now - silentMs, now });
  if (closed.length > 0)
    tell(`history: incidents of targets that nobody has asked for a day are closed (${shown(closed.map(({ target }) => target))})`);
};

const stillOpen = async (left: LeftBehind): Promise<readonly string[]> => {
  const watched = new Set(watchedBy(left));
  return (await left.store.incidents({ open: true })).map(({ target }) => target).filter((target) => !watched.has(target));
};

/** One for each canary, however often its configuration is read. */
const looking = new WeakMap<LeftBehind['rounds'], Alarm>();

const lookAgain = (left: LeftBehind): void => {
  const { clock, ending } = left.rounds;
  looking.get(left.rounds)?.cancel();
  if (ending.aborted) return;
  const look = async (): Promise<void> => {
    // The history may be away for a while.
    const isLeft = await closeLeftBehind(left).then(
      async () => (await stillOpen(left)).length > 0,
      () => true,
    );
    if (isLeft) lookAgain(left);
  };
  const alarm = clock.after(looksEveryMs, () => void look().catch(() => lookAgain(left)));
  if (!looking.has(left.rounds)) ending.addEventListener('abort', () => looking.get(left.rounds)?.cancel(), { once: true });
  looking.set(left.rounds, alarm);
};

/**
 * Closes open incidents whose targets are not in this configuration and have not been asked by anybody for a day: no round will ever see them
 * well. Says which others there are, and looks at them again each hour: another canary may share the history, and goes on with its own.
 */
export const tellLeftBehind = async (left: LeftBehind): Promise<void> => {
  await closeLeftBehind(left);
  const open = await stillOpen(left);
  if (open.length === 0) return;
  left.tell(
    `history: incidents are open of targets that are not in this configuration (${shown(open)}); they are closed when nobody has asked them for a day, or for three times as long as usual`,
  );
  lookAgain(left);
};
