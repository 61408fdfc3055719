/** How several states look together. */
import type { Health, ScenarioState } from '../../history/records.ts';

export interface Standing {
  readonly health: Health;
  /** Since when, in milliseconds; absent where nothing is known. */
  readonly since?: number;
  readonly lastAt?: number;
  readonly flapping: boolean;
}

/** Worst first: what must be looked at before the rest. */
export const worstFirst: readonly Health[] = ['failing', 'degraded', 'unknown', 'healthy'];

/** The worst of them. It is bad since the first of the bad ones was; it is well since the last of them became so. */
export const standingOf = (states: readonly ScenarioState[]): Standing => {
  const health = worstFirst.find((one) => states.some((state) => state.health === one));
  if (health === undefined) return { health: 'unknown', flapping: false };
  const since = states.filter((state) => state.health === health).map((state) => state.since);
  return {
    health,
    since: health === 'healthy' ? Math.max(...since) : Math.min(...since),
    lastAt: Math.max(...states.map(({ lastAt }) => lastAt)),
    flapping: states.some(({ flapping }) => flapping),
  };
};

export type HealthCounts = Readonly<Record<Health, number>>;

export const countHealth = (healths: readonly Health[]): HealthCounts => {
  const counts = { healthy: 0, degraded: 0, failing: 0, unknown: 0 };
  for (const health of healths) counts[health] += 1;
  return counts;
};
