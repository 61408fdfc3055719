import { format, resolveConfig } from 'prettier';
import { beforeAll, describe, expect, it } from 'vitest';

import { byPageRow } from '#scenarios/kit/page-row';

import { canaryBudget, loadCatalogue, type Report } from '../../index.ts';
import { personas, type PersonaId } from './broken-state.ts';
import { costOfAll, costPage } from './cost-page.ts';
import { canaryReport } from './live-proxy.ts';

const page = new URL('../../../docs/canary-cost.md', import.meta.url).pathname;

type Rounds = ReadonlyMap<PersonaId, Report>;

let [usual, thorough]: [Rounds, Rounds] = [new Map(), new Map()];

const roundsOf = async (how: { readonly thorough: boolean }): Promise<Rounds> => {
  const scenarios = await loadCatalogue();
  const reports = new Map<PersonaId, Report>();
  for (const persona of personas) reports.set(persona, await canaryReport(persona, scenarios, undefined, how));
  return reports;
};

beforeAll(async () => {
  usual = await roundsOf({ thorough: false });
  thorough = await roundsOf({ thorough: true });
}, 120_000);

describe('a round of canaries', () => {
  it('costs at most 40 requests and 2,000 tokens (issue 7)', () => {
    for (const report of usual.values()) {
      const { requests, tokens } = costOfAll(report);
      expect(requests).toBeLessThanOrEqual(40);
      expect(tokens).toBeLessThanOrEqual(2_000);
      expect(requests).toBeGreaterThan(0);
    }
  });

  it('stays within the default budget when it is thorough', () => {
    for (const report of thorough.values()) expect(costOfAll(report).requests).toBeLessThanOrEqual(canaryBudget.requests);
  });

  it('asks about every row that a thorough one asks about', () => {
    const rowsOf = ({ results }: Report) =>
      [...new Set(results.filter(({ verdict }) => verdict !== 'unsupported').map(({ row }) => row))].sort(byPageRow);
    for (const [persona, report] of usual) expect(rowsOf(report)).toEqual(rowsOf(thorough.get(persona) ?? report));
  });

  it('costs what docs/canary-cost.md says', async () => {
    const text = await format(costPage({ usual, thorough }), { ...(await resolveConfig(page)), parser: 'markdown' });
    await expect(text).toMatchFileSnapshot(page);
  });
});
