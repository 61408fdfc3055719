import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { goalTable } from './document.ts';
import { farOff } from './gate.ts';
import { sameDialect } from './gateway/cells.ts';
import { floorGoals } from './gateway/floor-goals.ts';
import { parseFloor, pipeFloor, wireproof } from './gateway/gateways.ts';
import { gatedCells } from './gateway/one-cell.ts';
import type { Goal } from './measure.ts';

const samples = (rate: number, cpu: number) => [
  {
    answersPerSecond: rate,
    eventsPerSecond: 0,
    cpuMicrosPerAnswer: cpu,
    latenciesMs: [1],
    generatorBusy: 0.1,
    answers: 10,
    peakRssBytes: 1,
  },
];

const cell = sameDialect(1, 16);
/** Of the floor's: answers per second, and as many for the same processor time. */
const goalsAt = (byClock: number, byCpu: number): readonly Goal[] =>
  floorGoals(cell, [
    { gateway: pipeFloor, samples: samples(100, 100) },
    { gateway: wireproof(), samples: samples(100 * byClock, 100 / byCpu) },
  ]);
const published = (goals: readonly Goal[]): string => goalTable(goals).join('\n');
const what = 'Chat Completions to Chat Completions, request of 1 KB, 16 connections, requests/s against the floor';

it('is told where the clock and processor time are more than two fifths worse than the goal', () => {
  const told = `far off: ${what}: 0.50 (0.50–0.50); by CPU time 0.45; the goal is at least 0.85 times, and docs/benchmarks.md has nothing`;
  expect(farOff(goalsAt(0.5, 0.45), '')).toEqual([told]);
  expect(farOff(goalsAt(0.5, 0.52), '')).toEqual([]);
  expect(farOff(goalsAt(0.52, 0.45), '')).toEqual([]);
});

it('is measured by what was published where the goal was missed, and by the goal where it was met', () => {
  const missed = published(goalsAt(0.5, 0.45));
  expect(farOff(goalsAt(0.31, 0.26), missed)).toEqual([]);
  expect(farOff(goalsAt(0.29, 0.28), missed)).toEqual([]);
  expect(farOff(goalsAt(0.29, 0.26), missed)).toEqual([
    `far off: ${what}: 0.29 (0.29–0.29); by CPU time 0.26; the goal is at least 0.85 times, and docs/benchmarks.md has 0.50, by CPU time 0.45`,
  ]);
  expect(farOff(goalsAt(0.52, 0.52), published(goalsAt(2, 2)))).toEqual([]);
});

it('asks for processor time alone where nothing else is asked for', () => {
  const goal = (byCpu: number): Goal => ({
    what: 'x',
    goal: 'at most 1.8 times',
    kind: 'speed',
    met: byCpu <= 1.8,
    measured: `${byCpu} (1–4)`,
    votes: { bound: 1.8, better: 'less', byCpu },
  });
  expect([2.5, 2.6].map((byCpu) => farOff([goal(byCpu)], '').length)).toEqual([0, 1]);
  expect([5.5, 5.7].map((byCpu) => farOff([goal(byCpu)], published([goal(4)])).length)).toEqual([0, 1]);
});

it('finds all that it looks at in docs/benchmarks.md', () => {
  const document = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8');
  const measured = [pipeFloor, parseFloor, wireproof()].map((gateway) => ({ gateway, samples: samples(1, 1) }));
  const looked = gatedCells.flatMap((one) => floorGoals(one, measured).map((goal) => goal.what));
  expect(looked.length).toBeGreaterThan(5);
  expect(looked.filter((one) => !document.includes(`| ${one} `))).toEqual([]);
});

it('says nothing of what could not be measured', () => {
  expect(farOff(floorGoals(cell, []), '')).toEqual([]);
});
