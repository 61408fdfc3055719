import { describe, expect, it } from 'vitest';

import { llms, pipeFloor, portkey, wireproof } from './gateways.ts';
import { sameDialect } from './cells.ts';
import { cellTable, cpuGoal, rateGoal } from './tables.ts';

const samples = (rates: readonly number[], cpu: number) =>
  rates.map((answersPerSecond) => ({
    answersPerSecond,
    eventsPerSecond: 0,
    cpuMicrosPerAnswer: cpu,
    latenciesMs: [1],
    generatorBusy: 0.1,
    answers: 10,
    peakRssBytes: 1,
  }));
const measured = [
  { gateway: pipeFloor, samples: samples([100, 200, 100], 50) },
  { gateway: wireproof(), samples: samples([90, 100, 80], 100) },
];

describe('rateGoal', () => {
  const goal = { what: 'x', against: 'floor-pipe' };

  it('judges by the median of the ratios of the rounds, and tells the ratio of processor time', () => {
    const told = { what: 'x', kind: 'speed', measured: '0.80 (0.50–0.90); by CPU time 0.50' };
    const votes = { better: 'more', byClock: 0.8, byCpu: 0.5 };
    expect(rateGoal(measured, { ...goal, atLeast: 0.8 })).toEqual({
      ...told,
      goal: 'at least 0.8 times',
      met: true,
      votes: { ...votes, bound: 0.8 },
    });
    expect(rateGoal(measured, { ...goal, atLeast: 0.85 })).toEqual({
      ...told,
      goal: 'at least 0.85 times',
      met: false,
      votes: { ...votes, bound: 0.85 },
    });
  });

  it('says why there is nothing to compare with', () => {
    const told = { what: 'x', goal: 'at least 8 times', kind: 'speed', met: undefined, measured: 'no network' };
    expect(rateGoal(measured, { what: 'x', against: 'llms', atLeast: 8, missing: 'no network' })).toEqual(told);
  });
});

it('judges processor time the other way round', () => {
  const told = { what: 'x', kind: 'speed', measured: '2.00 (2.00–2.00)' };
  const votes = { better: 'less', byCpu: 2 };
  expect(cpuGoal(measured, 'x', 'floor-pipe', 2)).toEqual({ ...told, goal: 'at most 2 times', met: true, votes: { ...votes, bound: 2 } });
  expect(cpuGoal(measured, 'x', 'floor-pipe', 1.25)).toEqual({
    ...told,
    goal: 'at most 1.25 times',
    met: false,
    votes: { ...votes, bound: 1.25 },
  });
});

describe('cellTable', () => {
  const columns = (table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }) =>
    [table.head, ...table.rows].map((cells) => cells.slice(0, 4));

  it('compares with the floor, and with the peer that answers most', () => {
    const peers = [
      { gateway: portkey(''), samples: samples([10, 10, 10], 1) },
      { gateway: llms(''), samples: samples([20, 25, 20], 1) },
    ];
    expect(columns(cellTable(sameDialect(1, 16), [...measured, ...peers]))).toEqual([
      ['server', 'requests/s', 'of the floor', 'of the best peer'],
      [pipeFloor.label, '100 (100–200)', '1', '5.00'],
      ['wireproof', '90.0 (80.0–100)', '0.80', '4.00'],
      ['@portkey-ai/gateway 1.15.2', '10.0 (10.0–10.0)', '0.10', '0.50'],
      ['@musistudio/llms 1.0.53', '20.0 (20.0–25.0)', '0.20', '1'],
    ]);
  });

  it('leaves peers out when there are none', () => {
    expect(cellTable(sameDialect(1, 16), measured).head.slice(0, 4)).toEqual([
      'server',
      'requests/s',
      'of the floor',
      'CPU µs per request',
    ]);
  });
});
