import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { byPageRow, type PageRow } from '#scenarios/kit/page-row';
import type { Scenario } from '#scenarios/kit/scenario';

import { accountOf, type Account } from '../../explain/account.ts';
import type { RecordedScenario } from '../../explain/recorded.ts';
import { matrixPage, pageOfRow, rowPage } from '../../explain/row-page.ts';
import { packageRoot } from '../../package-root.ts';

export const docsFolder = join(packageRoot(), 'docs');

const formatted = async (file: string, text: string): Promise<string> =>
  format(text, { ...(await resolveConfig(file)), parser: file.endsWith('.json') ? 'json' : 'markdown' });

/** All pages, by their path from docs/: the matrix, one per row, and the exchanges that they show. */
export const renderPages = async (
  scenarios: readonly Scenario[],
  recorded: readonly RecordedScenario[],
): Promise<ReadonlyMap<string, string>> => {
  const exchanges = new Map(recorded.map((one) => [one.scenario, one]));
  const rows = [...new Set(scenarios.map(({ matrixRow }) => matrixRow))].sort(byPageRow);
  const accounts: readonly (readonly [PageRow, readonly Account[]])[] = rows.map((row) => [
    row,
    scenarios.filter(({ matrixRow }) => matrixRow === row).map((scenario) => accountOf(scenario, exchanges.get(scenario.id))),
  ]);
  const texts: readonly (readonly [string, string])[] = [
    ['matrix.md', matrixPage(accounts)],
    ...accounts.map(([row, of]) => [pageOfRow(row), rowPage(row, of)] as const),
    ['rows/exchanges.json', JSON.stringify(recorded)],
  ];
  return new Map(await Promise.all(texts.map(async ([file, text]) => [file, await formatted(join(docsFolder, file), text)] as const)));
};
