import { describe, expect, it } from 'vitest';

import type { Sample } from './sample.ts';
import { compareTiming, learnSpreads } from './timing.ts';

interface Taken {
  readonly first?: number;
  readonly between?: readonly number[];
  readonly pieces?: number;
  readonly events?: number;
}

const taken = ({ first = 300, between = [40, 50, 60], pieces = 4, events = 4 }: Taken): Sample => ({
  id: 'x',
  group: 'x',
  request: { method: 'POST', path: '/' },
  status: 200,
  headers: {},
  body: { form: 'events', events: Array.from({ length: events }, () => ({ data: '{}' })), rest: '' },
  ends: 'complete',
  pieces,
  times: { firstByteMs: first, betweenMs: between },
});

const steady = [280, 300, 320].map((first) => taken({ first }));

const told = (fresh: readonly Sample[], baseline: readonly Sample[]) =>
  compareTiming(fresh, baseline, learnSpreads([baseline])).map(({ kind, path, what, before, after }) => [kind, path, what, before, after]);

describe('times', () => {
  it('are told where they are far off what chance did, with their middles', () => {
    expect(told([taken({ first: 3_000, between: [400, 500, 600] })], steady)).toEqual([
      ['latency-changed', 'times.first-byte', 'the first byte comes much later', '300 ms', '3000 ms'],
      ['latency-changed', 'times.between-pieces', 'much more time between pieces', '50 ms', '500 ms'],
    ]);
    expect(told([taken({ first: 30 })], steady)).toEqual([
      ['latency-changed', 'times.first-byte', 'the first byte comes much sooner', '300 ms', '30 ms'],
    ]);
  });

  it('may be as far off as repeated answers were', () => {
    const loose = [30, 300, 3_000].map((first) => taken({ first }));
    expect([told([taken({ first: 3_000 })], loose), told([taken({ first: 600 })], steady)]).toEqual([[], []]);
  });

  it('are compared in the middle of all answers: one slow one is chance', () => {
    const [one, two] = steady;
    expect(one && two && told([taken({ first: 3_000 }), one, two], steady)).toEqual([]);
  });

  it('are not compared where the baseline asked less than three times, or did not take any', () => {
    const untimed = steady.map(({ times: _times, ...sample }) => sample);
    const slow = [taken({ first: 90_000 })];
    expect([told(slow, steady.slice(1)), told(slow, untimed), told([], steady)]).toEqual([[], [], []]);
  });

  it('so short that only this machine is measured are alike', () => {
    const local = [1, 1, 1].map((first) => taken({ first, between: [0, 0, 0] }));
    expect(told([taken({ first: 19, between: [10, 15, 19] })], local)).toEqual([]);
  });
});

describe('pieces', () => {
  it('are counted by event, so that a longer text is no change', () => {
    expect(told([taken({ pieces: 40, events: 40 })], steady)).toEqual([]);
    expect(told([taken({ pieces: 4, events: 40 })], steady)).toEqual([
      ['chunking-changed', 'pieces', 'far fewer pieces', '1 pieces for each event', '0.1 pieces for each event'],
    ]);
  });

  it('are none that changed where all comes at once: that is told by itself', () => {
    expect(told([taken({ pieces: 1, events: 40 })], steady)).toEqual([]);
  });
});
