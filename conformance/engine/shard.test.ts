import { describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';
import type { Scenario } from '#scenarios/kit/scenario';

import { inShard } from './shard.ts';

const named = (ids: string, cells = 1): readonly Scenario[] =>
  ids.split('').map((id) => ({ id, cells: Array.from({ length: cells }) })) as unknown as readonly Scenario[];

const shards = (scenarios: readonly Scenario[], count: number): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, index) => inShard(scenarios, { index: index + 1, count }).map(({ id }) => id));

describe('shards', () => {
  it.each([1, 2, 3, 7])('of all scenarios, %d of them, are together the whole, none twice, each in order', async (count) => {
    const all = await loadScenarios();
    const parts = shards(all, count);
    const ids = all.map(({ id }) => id);

    expect(parts.flat().sort()).toEqual([...ids].sort());
    expect(parts).toEqual(parts.map((part) => ids.filter((id) => part.includes(id))));
  });

  it('have about as much to do', async () => {
    const all = await loadScenarios();
    const cells = (ids: readonly string[]): number =>
      all.filter(({ id }) => ids.includes(id)).reduce((sum, each) => sum + each.cells.length, 0);
    const loads = shards(all, 3).map(cells);
    const largest = Math.max(...all.map((each) => each.cells.length));

    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(largest + all.length);
  });

  it('do not depend on the order in which scenarios were found', () => {
    const [few, many] = [named('abc', 2), named('xyz', 5)];
    const sets = (scenarios: readonly Scenario[]) => shards(scenarios, 4).map((part) => [...part].sort());

    expect(sets([...many, ...few].reverse())).toEqual(sets([...few, ...many]));
    expect(sets([...few, ...many])).toEqual([['c', 'x'], ['y'], ['z'], ['a', 'b']]);
  });

  it('that would be empty are refused', () => {
    expect(() => inShard(named('ab'), { index: 3, count: 3 })).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: 'shard 3/3 would have nothing to run',
        hint: 'a scenario is never divided, and 2 are asked for: take at most as many shards',
      }),
    );
    expect(shards(named('ab'), 2)).toEqual([['a'], ['b']]);
  });
});
