import { expect, it } from 'vitest';

import { areaTable } from './area-table.ts';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 0 });
const nodes = [
  { id: 1, callFrame: frame('relay', 'file:///x/dist/proxy/relay/a.js') },
  { id: 2, callFrame: frame('(program)', '') },
  { id: 3, callFrame: frame('seldom', 'file:///x/dist/proxy/json/b.js') },
];
const profileOf = (samples: readonly number[], timeDeltas: readonly number[]) => ({ nodes, samples, timeDeltas, startTime: 0 });
const profiled = { since: 0, answers: 10, inKernel: 0.25 };

it('shows the parts of a server beside those of its floor, and small ones together', () => {
  const ours = { ...profiled, perAnswer: 200, profile: profileOf([1, 2, 3], [499, 499, 2]) };
  const floor = { ...profiled, answers: 20, perAnswer: 50, profile: profileOf([2], [100]) };
  expect(areaTable({ caption: 'Some traffic', connections: 16 }, ours, floor)).toEqual({
    caption: 'Some traffic, 16 connections: CPU time by part, callees left out, with the profiler on (10 answers; the floor: 20)',
    head: ['part', 'wireproof: µs per answer', 'share', 'the floor: µs per answer'],
    rows: [
      ['proxy/relay', '99.8', '49.9 %', '0.0'],
      ['native code by itself (HTTP parser, reads of sockets, event loop)', '99.8', '49.9 %', '50.0'],
      ['the rest', '0.4', '0.2 %', '0.0'],
      ['**all**', '200.0', '100.0 %', '50.0'],
      ['of all, in the kernel', '50.0', '25.0 %', '12.5'],
    ],
  });
});
