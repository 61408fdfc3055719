import { byPageRow, rowName, type PageRow } from '#scenarios/kit/page-row';

import { canaryBudget, type Report } from '../../index.ts';
import type { PersonaId } from './broken-state.ts';

interface Cost {
  readonly scenarios: number;
  readonly requests: number;
  readonly tokens: number;
}

const nothing: Cost = { scenarios: 0, requests: 0, tokens: 0 };

const plus = (a: Cost, b: Cost): Cost => ({
  scenarios: a.scenarios + b.scenarios,
  requests: a.requests + b.requests,
  tokens: a.tokens + b.tokens,
});

const byRow = ({ results }: Report): ReadonlyMap<PageRow, Cost> => {
  const costs = new Map<PageRow, Cost>();
  for (const { row, verdict, cost } of results) {
    if (verdict === 'unsupported') continue;
    const tokens = cost.inputTokens + cost.outputTokens;
    costs.set(row, plus(costs.get(row) ?? nothing, { scenarios: 1, requests: cost.requests, tokens }));
  }
  return costs;
};

const cells = ({ scenarios, requests, tokens }: Cost): string => (scenarios === 0 ? '– | – | –' : `${scenarios} | ${requests} | ${tokens}`);

/** Of the whole round. */
export const costOfAll = (report: Report): Cost => [...byRow(report).values()].reduce(plus, nothing);

type Rounds = ReadonlyMap<PersonaId, Report>;

const table = (reports: Rounds): readonly string[] => {
  const costs = [...reports.values()].map(byRow);
  const rows = [...new Set(costs.flatMap((each) => [...each.keys()]))].sort(byPageRow);
  const line = (name: string, each: readonly Cost[]): string => `| ${[name, ...each.map(cells)].join(' | ')} |`;
  return [
    `| row | ${[...reports.keys()].map((persona) => `${persona}: scenarios | requests | tokens`).join(' | ')} |`,
    `| --- | ${[...reports.keys()].map(() => '--: | --: | --:').join(' | ')} |`,
    ...rows.map((row) =>
      line(
        rowName(row),
        costs.map((each) => each.get(row) ?? nothing),
      ),
    ),
    line('**all**', [...reports.values()].map(costOfAll)),
  ];
};

/** What one round of canaries costs, row by row, of each persona in good health. */
export const costPage = ({ usual, thorough }: { readonly usual: Rounds; readonly thorough: Rounds }): string =>
  `${[
    '# What a canary costs',
    '',
    '<!-- Written by conformance/suite/canary/cost.test.ts: vitest run --project suite conformance/suite/canary/cost.test.ts -u -->',
    '',
    'One round of `wireproof run --target URL --profile NAME --arm canary`, measured on the reference proxy under each persona, in good health.',
    'Each cell: scenarios, requests, tokens as the answers tell them. The mocked vendors count 150 tokens for each answer where they count at all;',
    `a request is never sent unless the budget has room for its worst case. By default a round may send ${canaryBudget.requests} requests and spend ${canaryBudget.tokens.toLocaleString('en')} tokens.`,
    '',
    'A scenario is asked in one cell, the first that would show its symptom to the caller. A question that waits for nothing is asked once in a',
    'round, whoever wants to know. Each row is asked for its usual case:',
    '',
    ...table(usual),
    '',
    '## Thorough',
    '',
    'With `--thorough` all canaries are asked; `--row N` and `--scenario GLOB` ask all of theirs.',
    '',
    ...table(thorough),
  ].join('\n')}\n`;
