import type { Goal } from '../measure.ts';

/** One that keeps nothing is fast: what was passed while it was measured has to be there. What passed before and after may be there, too. */
export const keptGoal = (what: string, written: number, exchanges: number): Goal => ({
  what: `${what}, a file for each exchange that was measured`,
  goal: `at least ${exchanges}`,
  kind: 'correctness',
  met: exchanges > 0 && written >= exchanges,
  measured: String(written),
});
