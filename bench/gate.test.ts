import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { goalTable } from './document.ts';
import { farOff } from './gate.ts';
import { sameDialect, sameDialectBurst } from './gateway/cells.ts';
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

it('is told where the clock and processor time are more than three tenths worse than the goal', () => {
  const told = `far off: ${what}: 0.59 (0.59–0.59); by CPU time 0.55; the goal is at least 0.85 times, and docs/benchmarks.md has nothing`;
  expect(farOff(goalsAt(0.59, 0.55), '')).toEqual([told]);
  expect(farOff(goalsAt(0.59, 0.6), '')).toEqual([]);
  expect(farOff(goalsAt(0.6, 0.55), '')).toEqual([]);
});

it('is measured by what was published where the goal was missed, and by the goal where it was met', () => {
  const missed = published(goalsAt(0.5, 0.45));
  expect(farOff(goalsAt(0.36, 0.31), missed)).toEqual([]);
  expect(farOff(goalsAt(0.34, 0.32), missed)).toEqual([]);
  expect(farOff(goalsAt(0.34, 0.31), missed)).toEqual([
    `far off: ${what}: 0.34 (0.34–0.34); by CPU time 0.31; the goal is at least 0.85 times, and docs/benchmarks.md has 0.50, by CPU time 0.45`,
  ]);
  expect(farOff(goalsAt(0.6, 0.6), published(goalsAt(2, 2)))).toEqual([]);
});

it('is told of a proxy that waits, which takes no processor time, and of one that keeps another core busy', () => {
  const before = published(goalsAt(0.5, 0.5));
  const isTold = (byClock: number, byCpu: number): boolean => farOff(goalsAt(byClock, byCpu), before).length > 0;
  expect([isTold(0.19, 0.5), isTold(0.21, 0.5)]).toEqual([true, false]);
  expect([isTold(0.5, 0.19), isTold(0.5, 0.21)]).toEqual([true, false]);
});

it('takes two fifths less of a burst for the doing of the machine', () => {
  const burst = sameDialectBurst(100, 16);
  const told = (byClock: number, byCpu: number): readonly string[] =>
    farOff(
      floorGoals(burst, [
        { gateway: pipeFloor, samples: samples(100, 100) },
        { gateway: wireproof(), samples: samples(100 * byClock, 100 / byCpu) },
      ]),
      '',
    );
  expect(told(0.55, 0.58)).toEqual([]);
  expect(told(0.53, 0.53).map((text) => text.replace(/: [\d.]+ .*/, ''))).toEqual([
    `far off: ${burst.caption}, 16 connections, events/s against the floor`,
    `far off: ${burst.caption}, 16 connections, CPU time per event against the floor`,
  ]);
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
  expect([2.3, 2.4].map((byCpu) => farOff([goal(byCpu)], '').length)).toEqual([0, 1]);
  expect([5.1, 5.3].map((byCpu) => farOff([goal(byCpu)], published([goal(4)])).length)).toEqual([0, 1]);
});

it('finds all that it looks at in docs/benchmarks.md', () => {
  const document = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8');
  const measured = [pipeFloor, parseFloor, wireproof()].map((gateway) => ({ gateway, samples: samples(1, 1) }));
  const looked = gatedCells.flatMap((one) => floorGoals(one, measured).map((goal) => goal.what));
  expect(looked.length).toBeGreaterThan(5);
  expect(looked.filter((one) => !document.includes(`| ${one} `))).toEqual([]);
});

it('does not pass what could not be judged', () => {
  const notJudged = `not judged: ${what}: expected ratios to the floor, by the clock or by CPU time; there is`;
  expect(farOff(floorGoals(cell, []), '')).toEqual([
    `${notJudged} not measured. Processor time is read from /proc/PID/schedstat, on Linux only`,
  ]);
  const withoutCpuTime = floorGoals(cell, [
    { gateway: pipeFloor, samples: samples(100, 0) },
    { gateway: wireproof(), samples: samples(1, 0) },
  ]);
  expect(farOff(withoutCpuTime, '')).toEqual([
    `${notJudged} 0.01 (0.01–0.01); by CPU time NaN. Processor time is read from /proc/PID/schedstat, on Linux only`,
  ]);
});
