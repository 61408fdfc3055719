import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import { harmless, renderKillMatrix, survivors, type KillMatrix } from '../miniatures/kill-matrix.ts';
import { killMatrixFile, runWholeKillMatrix } from './whole-kill-matrix.ts';

let matrix: KillMatrix;
beforeAll(async () => {
  matrix = await runWholeKillMatrix();
}, 900_000);

describe('the kill matrix', () => {
  it('has no survivor: every expectation is seen failing on some defect', () => {
    expect(survivors(matrix)).toEqual([]);
  });

  it('has no harmless defect: each one is noticed by some expectation', () => {
    expect(harmless(matrix)).toEqual([]);
  });

  it('has remedies that, switched off, turn red only rows that cite them', async () => {
    const citing = new Map((await loadScenarios()).map(({ id, remedy }) => [id, remedy.proxy]));
    const strays = matrix.killers
      .filter(({ remedy }) => remedy !== undefined)
      .flatMap(({ id, remedy = '' }) =>
        [...(matrix.kills.get(id) ?? [])]
          .filter((check) => !citing.get(check.split('#')[0] ?? '')?.includes(remedy))
          .map((check) => `${id}: ${check}`),
      );
    expect(strays).toEqual([]);
  });

  it('is published as it was found (npm run docs:kill-matrix writes it)', () => {
    expect(readFileSync(killMatrixFile, 'utf8')).toBe(renderKillMatrix(matrix));
  });
});
