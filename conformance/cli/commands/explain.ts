import { isSection, lastRow, rowName, type PageRow } from '#scenarios/kit/page-row';
import type { Scenario } from '#scenarios/kit/scenario';

import type { CliCommand } from '../command.ts';
import { ToolError } from '../../errors.ts';

const ofRow = (scenarios: readonly Scenario[], row: PageRow): readonly Scenario[] => {
  const rows = [...new Set(scenarios.map(({ matrixRow }) => matrixRow))].join(', ');
  if (typeof row === 'number' && (row < 1 || row > lastRow)) {
    throw new ToolError('usage', `the page has no row ${row}`, { hint: `rows are 1 to ${lastRow}; those with a scenario: ${rows}` });
  }
  const found = scenarios.filter(({ matrixRow }) => matrixRow === row);
  if (found.length === 0) throw new ToolError('usage', `${rowName(row)} has no scenario yet`, { hint: `rows with a scenario: ${rows}` });
  return found;
};

/** The id, or its last part alone. */
const ofId = async (scenarios: readonly Scenario[], id: string): Promise<readonly Scenario[]> => {
  const found = scenarios.filter((scenario) => scenario.id === id || scenario.id.endsWith(`/${id}`));
  if (found.length > 0) return found;
  const { nearestHint } = await import('../../nearest.ts');
  throw new ToolError('usage', `there is no scenario "${id}"`, {
    hint: nearestHint(
      id,
      scenarios.map((scenario) => (id.includes('/') ? scenario.id : scenario.id.slice(scenario.id.indexOf('/') + 1))),
    ),
  });
};

export const command: CliCommand = {
  name: 'explain',
  about: 'the row of the troubleshooting page: symptom, cause, check, remediation, and what is tested',
  order: 3,
  examples: [
    ['wireproof explain 9', 'row 9 of the page'],
    ['wireproof explain management', 'a section of the page that is no row'],
    ['wireproof explain translation/sparse-tool-result', 'a scenario by its id'],
  ],
  declare: (command) => {
    command.argument('<row-or-id>', `a row from 1 to ${lastRow}, the name of a section, or the id of a scenario`);
  },
  run: async (command, { io, parts }) => {
    const wanted = command.args[0] ?? '';
    const scenarios = await parts.loadScenarios();
    const row = /^-?\d+$/.test(wanted) ? Number(wanted) : isSection(wanted) ? wanted : undefined;
    const found = row === undefined ? await ofId(scenarios, wanted) : ofRow(scenarios, row);
    const [{ explainText }, { accountOf }, { readRecorded }] = await Promise.all([
      import('../../explain/explain-text.ts'),
      import('../../explain/account.ts'),
      import('../../explain/recorded.ts'),
    ]);
    const recorded = readRecorded();
    io.out(found.map((scenario) => explainText(accountOf(scenario, recorded.get(scenario.id)), io.columns)).join('\n'));
    return 0;
  },
};
