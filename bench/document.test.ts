import { expect, it } from 'vitest';

import { documentText, leftOutLines, limitLines, profileSection } from './document.ts';

it('holds the surroundings, every goal with its outcome, tables and notes', () => {
  const goal = { goal: 'under 2 s', kind: 'speed' } as const;
  const text = documentText({
    date: '2026-01-02',
    surroundings: { node: 'v20.0.0' },
    command: 'npm run bench',
    caveat: 'Only for a look.',
    leftOut: [{ name: 'y', title: 'Y', why: 'it is long' }],
    profiles: [{ caption: 'Some traffic', head: ['part'], rows: [['relay']] }],
    measured: [
      {
        measure: { name: 'x', title: 'X' },
        seconds: 3.4,
        foreignLoad: 0.061,
        report: {
          tables: [{ caption: 'All', head: ['a', 'b'], rows: [['1|2', '3']] }],
          goals: [
            { ...goal, what: 'one', measured: '1 s', met: true },
            { ...goal, what: 'two', measured: '3 s', met: false },
            { ...goal, what: 'three', measured: 'no peer', met: undefined },
          ],
          notes: ['Mind the gap.'],
          versions: { peer: '1.2.3' },
        },
      },
    ],
  });
  expect(text).toBe(`# Benchmarks

Written by \`npm run bench\` on 2026-01-02. No figure of a table is put in by hand; run it again to get yours.

**Only for a look.**

Not part of this run:

- \`y\` (Y): it is long.

|                    |         |
| ------------------ | ------- |
| node               | v20.0.0 |
| compared with peer | 1.2.3   |

## Goals

| what  | goal      | measured | ${' '.repeat(12)} |
| ----- | --------- | -------- | ------------ |
| one   | under 2 s | 1 s      | met          |
| two   | under 2 s | 3 s      | **missed**   |
| three | under 2 s | no peer  | not measured |

## Where the time goes where a goal is missed

Some traffic:

| part  |
| ----- |
| relay |

- From V8's profiler in this run, one server after the other under the same load; a profiler costs time itself, so that only the parts compare. \`npm run bench -- --profile TRAFFIC\` shows the functions.
- Time in the kernel is counted by the kernel, whoever's part it falls to.

## X

All:

| a    | b   |
| ---- | --- |
| 1\\|2 | 3   |

- Mind the gap.
- Other programs used 6 % of the machine's processor time meanwhile.
- Alone: \`npm run bench -- --only x\` (took 3 s).
`);
});

it('tells the limits of missed goals, and of no others', () => {
  const goal = { goal: 'under 2 s', kind: 'speed', measured: '3 s' } as const;
  const known = [
    { of: 'one', why: 'It is slow.' },
    { of: 'two', why: 'It was slow.' },
  ];
  const goals = [
    { ...goal, what: 'one, small', met: false },
    { ...goal, what: 'one, large', met: false },
    { ...goal, what: 'two', met: true },
    { ...goal, what: 'three', met: undefined },
  ];
  expect(limitLines(goals, known)).toEqual([
    'Where a goal is missed, and why, as it was found out by hand; figures in these sentences are not of this run:',
    '',
    '- **one**: It is slow.',
    '',
  ]);
  expect(limitLines(goals.slice(2), known)).toEqual([]);
});

it('says nothing of measures left out and of profiles where there are none', () => {
  expect([leftOutLines([]), profileSection([])]).toEqual([[], []]);
});
