import { byPageRow, type PageRow } from '#scenarios/kit/page-row';

import { ToolError } from '../errors.ts';
import type { ResultRecord, Verdict } from '../engine/records.ts';
import type { Triage } from '../triage/triage.ts';
import { isSure } from '../triage/verdict.ts';
import type { CliIo } from './io.ts';
import type { CliParts } from './parts.ts';

/** What the canary of one scenario says of a row that triage named. */
export interface Confirmation {
  readonly row: PageRow;
  readonly scenario: string;
  readonly verdict: Verdict;
  /** Ids of what deviates. */
  readonly deviating: readonly string[];
  readonly reason?: string;
}

/** Canaries of a row send a few requests each. */
export const mostConfirmingRequests = 40;

/** @throws ToolError `usage`: without a profile nobody knows which models to ask for */
export const checkConfirm = (confirm: boolean, profile: string | undefined): void => {
  if (!confirm || profile !== undefined) return;
  throw new ToolError('usage', '--confirm goes with --profile, which says which models canaries ask for', {
    hint: 'wireproof discover URL --output proxy.yaml proposes one',
  });
};

const confirmationOf = ({ row, scenario, verdict, expectations, reason }: ResultRecord): Confirmation => ({
  row,
  scenario,
  verdict,
  deviating: expectations.filter((each) => each.verdict === 'fail').map(({ id }) => id),
  ...(reason !== undefined && { reason }),
});

/** Runs the canaries of the rows that triage is sure of, with what is left of its tokens. Rows without a canary give nothing. */
export const confirmRows = async (found: Triage, profile: string, parts: CliParts, io: CliIo): Promise<readonly Confirmation[]> => {
  const rows = new Set(found.named.filter(isSure).map(({ row }) => row));
  const scenarios = (await parts.loadScenarios()).filter(({ matrixRow, live }) => live.safe && rows.has(matrixRow));
  if (scenarios.length === 0 || found.verdict.kind !== 'named') return [];
  const target = await parts.target(found.url, { env: io.env, cwd: io.cwd, profile });
  const tokens = Math.max(0, found.limits.tokens - found.spent.tokens);
  const budget = { requests: mostConfirmingRequests, tokens };
  const { results } = await parts.runSuite({ scenarios, target, arms: ['canary'], budget, signal: io.signal });
  return results
    .filter(({ verdict }) => verdict !== 'unsupported')
    .map(confirmationOf)
    .sort((a, b) => byPageRow(a.row, b.row));
};
