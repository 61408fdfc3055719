import { sections, type PageRow } from '#scenarios/kit/page-row';
import type { Scenario } from '#scenarios/kit/scenario';

import { printable } from '../reporters/printable.ts';
import { counted } from '../reporters/words.ts';
import { cellLines, cellsJudged, costOf } from './scenario-facts.ts';
import { columnsOf, wrapped } from './text-layout.ts';

const liveText = ({ live }: Scenario): string =>
  live.safe
    ? `safe on a live target: at most ${live.maxOutputTokens} output tokens and ${live.timeoutMs / 1000} s a step, ${live.idempotent ? 'repeatable' : 'not repeatable'}`
    : `never runs on a live target: ${live.because}`;

const costText = (scenario: Scenario): string => {
  const { level, requests, maxOutputTokens } = costOf(scenario);
  return `${level}: at most ${counted(requests, 'request')} and ${counted(maxOutputTokens, 'output token')} a cell`;
};

const expectationLines = (scenario: Scenario): readonly string[] => {
  const judged = cellsJudged(scenario);
  return columnsOf(scenario.expectations.map(({ id, level, side }) => [level, side, id, counted(judged.get(id) ?? 0, 'cell')])).map(
    (line) => `    ${line}`,
  );
};

const listed = (names: readonly string[]): string => (names.length === 0 ? 'nothing beyond the dialects' : names.join(', '));

const remedyText = ({ remedy: { proxy, config } }: Scenario): string =>
  proxy.length > 0 ? proxy.join(', ') : `its configuration, ${Object.keys(config ?? {}).join(', ')}`;

/** `Row 3`, `Section management (Management API Returns 404)`. */
const placeText = (row: PageRow): string => (typeof row === 'number' ? `Row ${row}` : `Section ${row} (${sections[row]})`);

/** The page's row in our own words, then what is tested of it. */
export const explainText = (scenario: Scenario, columns: number): string => {
  const width = Math.min(100, columns);
  const paragraph = (head: string, text: string): readonly string[] => [head, ...wrapped(printable(text), width, '  '), ''];
  const { symptom, cause, check, remediation } = scenario.diagnosis;
  return [
    `${placeText(scenario.matrixRow)}: ${scenario.title}`,
    `Scenario ${scenario.id}`,
    '',
    ...paragraph('Symptom', symptom),
    ...paragraph('Likely cause', cause),
    ...paragraph('Immediate check', check),
    ...paragraph('Remediation', remediation),
    'What is tested',
    `  ${counted(scenario.cells.length, 'cell')} (caller > upstream):`,
    ...cellLines(scenario).flatMap((line) => wrapped(line, width, '    ')),
    `  ${counted(scenario.expectations.length, 'expectation')} (level, whose side shows it, id, where it is judged):`,
    ...expectationLines(scenario),
    `  A target must claim: ${listed(scenario.requires)}`,
    `  Remedies of the reference proxy: ${remedyText(scenario)}`,
    ...(scenario.symptom.none === undefined ? [] : wrapped(`Symptom arm: none, because ${scenario.symptom.none}`, width, '  ')),
    `  Cost: ${costText(scenario)}`,
    `  Canary: ${liveText(scenario)}`,
    '',
  ].join('\n');
};
