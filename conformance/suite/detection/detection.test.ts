import { format, resolveConfig } from 'prettier';
import { beforeAll, describe, expect, it } from 'vitest';

import { loadCatalogue } from '../../index.ts';
import { loadStates, personas } from '../canary/broken-state.ts';
import { detectionPage } from './detection-page.ts';
import { offDiagonal, rotten } from './explain.ts';
import { observe, type Observation } from './observe.ts';

const page = new URL('../../../docs/detection.md', import.meta.url).pathname;
/** Two looks at each state under each persona; a bound against hangs. */
const withinMs = 600_000;

describe('what canaries and triage name', () => {
  const observations: Observation[] = [];
  beforeAll(async () => {
    const scenarios = await loadCatalogue();
    const states = await loadStates();
    for (const persona of personas) {
      for (const state of [undefined, ...states]) observations.push(...(await observe(persona, scenarios, state)));
    }
  }, withinMs);

  it('is the row that is broken, or is explained', () => {
    const unexplained = observations
      .flatMap(offDiagonal)
      .filter(({ because }) => because === undefined)
      .map(({ observation: { by, persona, state, row }, said }) => ({ by, persona, state: state?.scenario, row, said }));
    expect(unexplained).toEqual([]);
  });

  it('is explained only where it happens', () => {
    expect(rotten(observations)).toEqual([]);
  });

  it('is nothing in good health, of triage', () => {
    expect(observations.filter(({ by, state, said }) => by === 'triage' && state === undefined && said.length > 0)).toEqual([]);
  });

  it('docs/detection.md says what came of this run', async () => {
    const text = await format(detectionPage(observations), { ...(await resolveConfig(page)), parser: 'markdown' });
    await expect(text).toMatchFileSnapshot(page);
  });
});
