import { describe, expect, it } from 'vitest';

import { byKiller, coverOf, readKills } from './kill-cover.ts';
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
