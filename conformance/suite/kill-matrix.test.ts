import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import { byKiller, readKills } from '../miniatures/kill-cover.ts';
import { checksOf, harmless, renderKillMatrix, survivors, type KillMatrix } from '../miniatures/kill-matrix.ts';
import { allKillers, killMatrixFile, runMatrix } from './whole-kill-matrix.ts';

const document = readFileSync(killMatrixFile, 'utf8');

/** What is published, of the expectations, defects and remedies that there are. */
const publishedMatrix = async (): Promise<KillMatrix> => {
  const [scenarios, killers] = await Promise.all([loadScenarios(), allKillers()]);
  return {
    checks: checksOf(scenarios),
    killers: killers.map(({ id, about, seenIn, remedy }) => ({ id, about, seenIn, ...(remedy !== undefined && { remedy }) })),
    kills: byKiller(readKills(document)),
  };
};

describe('the published kill matrix', () => {
  let published: KillMatrix;
  beforeAll(async () => {
    published = await publishedMatrix();
  });

  it('lists every expectation, every defect and every remedy, and nothing else (npm run docs:kill-matrix writes it)', () => {
    expect(document).toBe(renderKillMatrix(published));
  });

  it('has no survivor: every expectation was seen failing on some defect', () => {
    expect(survivors(published)).toEqual([]);
  });

  it('has no harmless defect: each one was noticed by some expectation', () => {
    expect(harmless(published)).toEqual([]);
  });

  it('has remedies that, switched off, turn red only rows that cite them', async () => {
    const citing = new Map((await loadScenarios()).map(({ id, remedy }) => [id, remedy.proxy]));
    const strays = published.killers
      .filter(({ remedy }) => remedy !== undefined)
      .flatMap(({ id, remedy = '' }) =>
        [...(published.kills.get(id) ?? [])]
          .filter((check) => !citing.get(check.split('#')[0] ?? '')?.includes(remedy))
          .map((check) => `${id}: ${check}`),
      );
    expect(strays).toEqual([]);
  });
});

describe('the kills, done once more', () => {
  let seen: KillMatrix;
  beforeAll(async () => {
    seen = await runMatrix('cover');
  }, 600_000);

  it('make every expectation fail', () => {
    expect(survivors(seen)).toEqual([]);
  });

  it('make every defect and every missing remedy show', () => {
    expect(harmless(seen)).toEqual([]);
  });
});
