import { beforeAll, describe, expect, it } from 'vitest';

import { armsOf } from '../../explain/scenario-facts.ts';
import { loadCatalogue, type Report } from '../../index.ts';
import { byPageRow, type PageRow } from '#scenarios/kit/page-row';
import type { Scenario } from '#scenarios/kit/scenario';

import { loadStates, personas, type AlsoNamed, type BrokenState, type PersonaId } from './broken-state.ts';
import { neverLive, ofTheBuild } from './healthy.ts';
import { canaryReport } from './live-proxy.ts';

const states = await loadStates();

let scenarios: readonly Scenario[];
beforeAll(async () => {
  scenarios = await loadCatalogue();
});

const scenarioOf = ({ scenario }: BrokenState): Scenario => {
  const found = scenarios.find(({ id }) => id === scenario);
  if (found === undefined) throw new Error(`no scenario ${scenario}`);
  return found;
};

const distinct = (rows: readonly PageRow[]): readonly PageRow[] => [...new Set(rows)].sort(byPageRow);

const named = ({ results }: Report): readonly PageRow[] =>
  distinct(results.flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis.row])));

const rowsAt = (persona: PersonaId, also: readonly AlsoNamed[]): readonly PageRow[] =>
  also.flatMap(({ row, personas: at = personas }) => (at.includes(persona) ? [row] : []));

const foretold = (persona: PersonaId, state: BrokenState): readonly PageRow[] =>
  distinct([
    ...((state.absent?.[persona] ?? state.unnamed?.[persona]) === undefined ? [scenarioOf(state).matrixRow] : []),
    ...rowsAt(persona, state.also ?? []),
    ...rowsAt(persona, ofTheBuild).filter((row) => state.hides?.includes(row) !== true),
  ]);

describe.each(personas)('canaries of a proxy that shows itself as %s', (persona) => {
  it('name nothing while all is well, but what is true of the build', async () => {
    const report = await canaryReport(persona, scenarios);
    expect(named(report)).toEqual(distinct(rowsAt(persona, ofTheBuild)));
    expect(
      report.results.filter(({ reason }) => reason?.includes('budget-spent')),
      'a round stays within its budget',
    ).toEqual([]);
  });

  it.each(states.map((state) => [state.scenario, state] as const))('name the row of %s', async (_id, state) => {
    const report = await canaryReport(persona, scenarios, { state, scenario: scenarioOf(state) });
    expect(named(report)).toEqual(foretold(persona, state));
    if (state.absent?.[persona] === undefined) return;
    const own = report.results.filter(({ scenario, verdict }) => scenario === state.scenario && !['pass', 'unsupported'].includes(verdict));
    expect(own, 'a build that cannot be in this state passes its canary, or is not asked').toEqual([]);
  });
});

describe('the broken states', () => {
  it('are one for each scenario that a canary can judge', () => {
    const judged = scenarios.filter((scenario) => armsOf(scenario).includes('canary')).map(({ id }) => id);
    expect(states.map(({ scenario }) => scenario).sort()).toEqual([...judged].sort());
  });

  it('leave out rows that are never run live, as declared', () => {
    const rows = (all: readonly Scenario[]) => distinct(all.map(({ matrixRow }) => matrixRow));
    const covered = rows(states.map(scenarioOf));
    expect(rows(scenarios).filter((row) => !covered.includes(row))).toEqual(neverLive.map(({ row }) => row));
  });
});
