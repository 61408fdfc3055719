import type { Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';

/** One of `count` parts of a run; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const lightest = (loads: readonly number[]): number => loads.indexOf(Math.min(...loads));

/** The shard of each scenario: those with most cells first, each to the shard that has least to do so far. */
const placesOf = (scenarios: readonly Scenario[], count: number): ReadonlyMap<string, number> => {
  const loads = Array.from({ length: count }, () => 0);
  const largestFirst = [...scenarios].sort((a, b) => b.cells.length - a.cells.length || (a.id < b.id ? -1 : 1));
  return new Map(
    largestFirst.map(({ id, cells }) => {
      const place = lightest(loads);
      loads[place] = (loads[place] ?? 0) + 1 + cells.length;
      return [id, place + 1];
    }),
  );
};

/**
 * The shard's part of the scenarios, in their order. Equal lists fall into equal parts, whatever the target and the arms; the parts are
 * disjoint and together the whole. A scenario's arms stay together: they share servers, and a baseline entry about the scenario can only
 * be called stale where all of it was seen.
 * @throws ToolError `usage` when there are fewer scenarios than shards and nothing is left for this one.
 */
export const inShard = (scenarios: readonly Scenario[], { index, count }: Shard): readonly Scenario[] => {
  const places = placesOf(scenarios, count);
  if (places.size < index) {
    throw new ToolError('usage', `shard ${index}/${count} would have nothing to run`, {
      hint: `a scenario is never divided, and ${places.size} ${places.size === 1 ? 'is' : 'are'} asked for: take at most as many shards`,
    });
  }
  return scenarios.filter(({ id }) => places.get(id) === index);
};
