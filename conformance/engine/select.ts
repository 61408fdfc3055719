import picomatch from 'picomatch';

import { byPageRow, type PageRow } from '#scenarios/kit/page-row';
import type { Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';
import { nearestHint } from '../nearest.ts';

export interface Selection {
  readonly rows?: readonly PageRow[];
  /** Globs over scenario ids; a bare name also matches in any area. */
  readonly ids?: readonly string[];
}

/** Whether a glob names a scenario; a bare name also matches in any area. */
export const matches = (glob: string, id: string): boolean =>
  picomatch.isMatch(id, glob) || (!glob.includes('/') && picomatch.isMatch(id, `*/${glob}`));

const lastPart = (id: string): string => id.slice(id.indexOf('/') + 1);

const unmatchedGlobs = (scenarios: readonly Scenario[], globs: readonly string[]) =>
  globs
    .filter((glob) => !scenarios.some((scenario) => matches(glob, scenario.id)))
    .map((glob) => ({
      where: `--scenario ${glob}`,
      expected: 'the id of a scenario, or a glob that matches one',
      actual: 'no match',
      hint: nearestHint(glob, glob.includes('/') ? scenarios.map(({ id }) => id) : scenarios.map(({ id }) => lastPart(id))),
    }));

const unmatchedRows = (scenarios: readonly Scenario[], rows: readonly PageRow[]) => {
  const known = [...new Set(scenarios.map((scenario) => scenario.matrixRow))].sort(byPageRow);
  return rows
    .filter((row) => !known.includes(row))
    .map((row) => ({
      where: `--row ${row}`,
      expected: `a row that has a scenario: ${known.join(', ')}`,
      actual: String(row),
      hint: 'wireproof list shows what there is',
    }));
};

/**
 * The scenarios that match every given filter.
 * @throws ToolError `usage` with every filter that matches nothing, and one when the filters exclude each other.
 */
export const selectScenarios = (scenarios: readonly Scenario[], { rows = [], ids = [] }: Selection): readonly Scenario[] => {
  const problems = [...unmatchedRows(scenarios, rows), ...unmatchedGlobs(scenarios, ids)];
  if (problems.length > 0) throw new ToolError('usage', 'nothing matches what was asked for', { problems });
  const selected = scenarios.filter(
    (scenario) =>
      (rows.length === 0 || rows.includes(scenario.matrixRow)) && (ids.length === 0 || ids.some((glob) => matches(glob, scenario.id))),
  );
  if (selected.length === 0) throw new ToolError('usage', '--row and --scenario have no scenario in common');
  return selected;
};
