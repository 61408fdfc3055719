import type { HistoryStore } from '../../history/store.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';

export interface LeftBehind {
  readonly store: Pick<HistoryStore, 'incidents'>;
  readonly plan: () => Pick<CanaryPlan, 'targets'>;
  readonly tell: (line: string) => void;
}

const mostNamed = 10;

/**
 * Says which open incidents no round of this configuration can close, because their target is not in it. They are left as they are: another
 * canary may share the history.
 */
export const tellLeftBehind = async ({ store, plan, tell }: LeftBehind): Promise<void> => {
  const watched = new Set(plan().targets.map(({ name }) => name));
  const names = new Set((await store.incidents({ open: true })).map(({ target }) => target).filter((target) => !watched.has(target)));
  if (names.size === 0) return;
  const shown = [...names].sort().slice(0, mostNamed).join(', ');
  const more = names.size > mostNamed ? ` and ${names.size - mostNamed} more` : '';
  tell(
    `history: incidents are open of targets that are not in this configuration (${shown}${more}); nothing that is asked here closes them`,
  );
};
