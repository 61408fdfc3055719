import { cellName, type Cell } from '#scenarios/kit/cell';
import type { Probe } from '#scenarios/kit/probe';
import type { Arm, Scenario } from '#scenarios/kit/scenario';

/** What one cell of a scenario costs at most. `none`: no output tokens; `trickle`: at most 16 per request; `full`: more. */
export interface CellCost {
  readonly level: 'none' | 'trickle' | 'full';
  readonly requests: number;
  readonly maxOutputTokens: number;
}

const trickleTokens = 16;

const probesOf = (scenario: Scenario, cell: Cell): readonly Probe[] => Object.values(scenario.steps({ cell, model: () => 'a-model' }));

const levelOf = (tokens: readonly number[]): CellCost['level'] => {
  const most = Math.max(0, ...tokens);
  if (most === 0) return 'none';
  return most <= trickleTokens ? 'trickle' : 'full';
};

/** The dearest cell's cost; it follows from the requests, so nobody can mislabel it. */
export const costOf = (scenario: Scenario): CellCost => {
  const perCell = scenario.cells.map((cell) => probesOf(scenario, cell).map(({ maxOutputTokens }) => maxOutputTokens));
  return {
    level: levelOf(perCell.flat()),
    requests: Math.max(...perCell.map((tokens) => tokens.length)),
    maxOutputTokens: Math.max(...perCell.map((tokens) => tokens.reduce((total, each) => total + each, 0))),
  };
};

/** The arms in which a scenario can run at all. */
export const armsOf = ({ live, expectations }: Scenario): readonly Arm[] => [
  'symptom',
  'remedy',
  'conformance',
  ...(live.safe && expectations.some(({ side, canary }) => side === 'caller' && canary !== false) ? (['canary'] as const) : []),
];

/** The callers' dialects, in order of first appearance. */
export const dialectsOf = ({ cells }: Scenario): readonly string[] => [...new Set(cells.map(({ client }) => client))];

/** In how many of its cells an expectation is judged, by id. */
export const cellsJudged = ({ cells, expectations }: Scenario): ReadonlyMap<string, number> =>
  new Map(expectations.map(({ id, appliesTo }) => [id, cells.filter(appliesTo).length]));

/** Cells in few lines: `codex: openai-chat, anthropic-messages (plain and stream)`. */
export const cellLines = ({ cells }: Scenario): readonly string[] => {
  const names = new Set(cells.map(cellName));
  const modesOf = ({ client, upstream }: Cell): string =>
    [false, true]
      .filter((stream) => names.has(cellName({ client, upstream, stream })))
      .map((stream) => (stream ? 'stream' : 'plain'))
      .join(' and ');
  const lines = new Map<string, Set<string>>();
  for (const cell of cells) {
    const key = `${cell.upstream}|${modesOf(cell)}`;
    lines.set(key, (lines.get(key) ?? new Set()).add(cell.client));
  }
  return [...lines].map(([key, clients]) => {
    const [upstream, modes] = key.split('|');
    return `${[...clients].join(', ')} > ${upstream} (${modes})`;
  });
};
