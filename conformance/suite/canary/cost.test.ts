import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';

import { canaryBudget, loadCatalogue, type Report } from '../../index.ts';
import { personas, type PersonaId } from './broken-state.ts';
import { costPage } from './cost-page.ts';
import { canaryReport } from './live-proxy.ts';

const page = new URL('../../../docs/canary-cost.md', import.meta.url).pathname;

it('docs/canary-cost.md is what a round costs now, within the default budget', async () => {
  const scenarios = await loadCatalogue();
  const reports = new Map<PersonaId, Report>();
  for (const persona of personas) reports.set(persona, await canaryReport(persona, scenarios));
  for (const { results } of reports.values()) {
    expect(results.reduce((all, { cost }) => all + cost.requests, 0)).toBeLessThanOrEqual(canaryBudget.requests);
  }
  const text = await format(costPage(reports), { ...(await resolveConfig(page)), parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(page);
});
