import { describe, expect, it } from 'vitest';

import { byKiller, coverOf, readKills, unpublishedPairs, withPairs } from './kill-cover.ts';
import { renderKillMatrix } from './kill-matrix.ts';
import type { KillMatrix } from './kill-matrix.ts';

const killers = ['x', 'without y', 'z'].map((id) => ({ id, about: `a | of ${id}`, seenIn: 'here' }));

const matrix: KillMatrix = {
  killers,
  checks: ['area/one#a', 'area/one#b', 'area/two#c', 'area/two#nobody'],
  kills: new Map([
    ['x', new Set(['area/one#a', 'area/two#c'])],
    ['without y', new Set(['area/one#a', 'area/one#b'])],
    ['z', new Set(['area/two#c'])],
  ]),
};

const kills = readKills(renderKillMatrix(matrix));

describe('a kill matrix that was written', () => {
  it('is read as it was', () => {
    expect([...kills]).toEqual([
      ['area/one#a', ['x', 'without y']],
      ['area/one#b', ['without y']],
      ['area/two#c', ['x', 'z']],
      ['area/two#nobody', []],
    ]);
    expect(byKiller(kills)).toEqual(matrix.kills);
  });
});

describe('a cover', () => {
  it('has a run for each check that anything kills, and one for each killer', () => {
    const cover = coverOf(kills);
    const runs = [...cover].flatMap(([killer, scenarios]) => [...scenarios].map((scenario) => `${killer} ${scenario}`));
    expect(runs).toEqual(['x area/one', 'x area/two', 'without y area/one', 'z area/two']);
    for (const [check, by] of kills) {
      const [scenario = ''] = check.split('#');
      expect(by.some((id) => cover.get(id)?.has(scenario))).toBe(by.length > 0);
    }
  });
});

describe('what is new since a kill matrix was written', () => {
  const pairs = (checks: readonly string[], changed: readonly string[] = []) => {
    const isNew = unpublishedPairs(kills, checks, new Set(changed));
    return ['x', 'z', 'w'].flatMap((killer) =>
      ['area/one', 'area/two'].filter((one) => isNew(killer, one)).map((one) => `${killer} ${one}`),
    );
  };

  it('is every pair of a killer or a scenario that it does not have, and nothing else', () => {
    expect(pairs(matrix.checks)).toEqual(['w area/one', 'w area/two']);
    expect(pairs([...matrix.checks, 'area/two#d'])).toEqual(['x area/two', 'z area/two', 'w area/one', 'w area/two']);
  });

  it('is every pair of what has changed', () => {
    expect(pairs(matrix.checks, ['z'])).toEqual(['z area/one', 'z area/two', 'w area/one', 'w area/two']);
    expect(pairs(matrix.checks, ['area/one'])).toEqual(['x area/one', 'z area/one', 'w area/one', 'w area/two']);
  });

  it('takes the place of what was written of the same pairs, and leaves the rest', () => {
    const checks = ['area/one#a', 'area/two#d'];
    const again: KillMatrix = { killers, checks, kills: new Map([['x', new Set(['area/two#d'])]]) };
    const { kills: merged } = withPairs(matrix.kills, again, (_killer, scenario) => scenario === 'area/two');
    expect([...merged].map(([id, all]) => [id, [...all]])).toEqual([
      ['x', ['area/one#a', 'area/two#d']],
      ['without y', ['area/one#a']],
      ['z', []],
    ]);
  });
});
