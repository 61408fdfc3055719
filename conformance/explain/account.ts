import { cellName } from '#scenarios/kit/cell';
import { rowTitle, type PageRow } from '#scenarios/kit/page-row';
import type { Arm, Scenario } from '#scenarios/kit/scenario';

import { counted } from '../reporters/words.ts';
import type { RecordedScenario } from './recorded.ts';
import { armsOf, cellLines, cellsJudged, costOf } from './scenario-facts.ts';

/** What people are told of one scenario, whether on a terminal or on a page. */
export interface Account {
  readonly id: string;
  readonly title: string;
  readonly row: PageRow;
  /** Head and text. */
  readonly diagnosis: readonly (readonly [string, string])[];
  /** Each arm: where it runs, or why it does not. */
  readonly arms: readonly (readonly [Arm, string])[];
  readonly cells: { readonly count: string; readonly lines: readonly string[] };
  /** Level, whose side shows it, id, in how many cells it is judged. */
  readonly expectations: readonly (readonly [string, string, string, string])[];
  readonly recorded: RecordedScenario | undefined;
}

const symptomText = ({ cells, symptom }: Scenario): string => {
  if (symptom.none !== undefined) return `nowhere: ${symptom.none}`;
  const shown = cells.filter((cell) => symptom.violates(cell).length > 0);
  return shown.length === cells.length ? 'every cell' : `${shown.length} of ${counted(cells.length, 'cell')}; the others do not show it`;
};

const remedyText = ({ remedy: { proxy, config }, ground, symptom }: Scenario): string => {
  if (proxy.length > 0) return `every cell, by ${proxy.join(', ')}`;
  const keys = Object.keys(config ?? {});
  if (keys.length > 0) return `every cell, by its configuration: ${keys.join(', ')}`;
  return ground !== undefined || symptom.ground !== undefined ? 'every cell, on other ground' : 'every cell';
};

const conformanceText = ({ requires }: Scenario): string =>
  requires.length === 0 ? 'targets that speak the dialects' : `targets that claim ${requires.join(', ')}`;

const canaryText = (scenario: Scenario): string => {
  const { live } = scenario;
  if (!live.safe) return `never: ${live.because}`;
  if (!armsOf(scenario).includes('canary')) return 'nothing of it can be seen by a caller';
  const { requests, maxOutputTokens } = costOf(scenario);
  const cost = `at most ${counted(requests, 'request')}, ${counted(maxOutputTokens, 'output token')} and ${live.timeoutMs / 1000} s a step`;
  return `one cell: ${cost}, ${live.idempotent ? 'repeatable' : 'not repeatable'}`;
};

/** @param recorded its exchange in both states, where there is one */
export const accountOf = (scenario: Scenario, recorded?: RecordedScenario): Account => {
  const { symptom, cause, check, remediation } = scenario.diagnosis;
  const judged = cellsJudged(scenario);
  return {
    id: scenario.id,
    title: scenario.title,
    row: scenario.matrixRow,
    diagnosis: [
      ['Symptom', symptom],
      ['Likely cause', cause],
      ['Immediate check', check],
      ['Remediation', remediation],
    ],
    arms: [
      ['symptom', symptomText(scenario)],
      ['remedy', remedyText(scenario)],
      ['conformance', conformanceText(scenario)],
      ['canary', canaryText(scenario)],
    ],
    cells: { count: counted(scenario.cells.length, 'cell'), lines: cellLines(scenario) },
    expectations: scenario.expectations.map(({ id, level, side }) => [level, side, id, counted(judged.get(id) ?? 0, 'cell')]),
    recorded,
  };
};

/** `Row 3: Invalid JSON …`, `Section management: …`. */
export const placeText = (row: PageRow): string => `${typeof row === 'number' ? 'Row' : 'Section'} ${row}: ${rowTitle(row)}`;

/** The cell whose exchange is recorded: the first that shows the symptom, else the first. */
export const recordedCell = ({ cells, symptom }: Scenario): string => {
  const [first] = cells;
  const chosen = cells.find((cell) => symptom.violates(cell).length > 0) ?? first;
  return chosen === undefined ? '' : cellName(chosen);
};
