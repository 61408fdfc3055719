import type { Scenario } from '#scenarios/kit/scenario';

/**
 * Whether a scenario may be put to a live deployment: it is safe there, and what changes something was named by its operator. Whoever hands
 * in the scenarios, the runner asks this of each.
 */
export const mayRunLive = ({ id, live }: Pick<Scenario, 'id' | 'live'>, allowed: readonly string[]): boolean =>
  live.safe && (live.idempotent || allowed.includes(id));
