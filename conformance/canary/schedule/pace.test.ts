import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nextDue, type Scheduled } from './next-due.ts';
import { beat, startPace, type Beat } from './pace.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const target: Scheduled = { name: 'a', schedule: { when: { everyMs: minute }, jitterMs: 5_000, timeZone: 'UTC', blackouts: [] } };

const begin = Date.parse('2026-11-23T00:00:00Z');

/** The beats at these moments, one after the other. */
const beats = (...moments: readonly number[]): readonly Beat[] => {
  const found: Beat[] = [];
  for (const now of moments) found.push(beat(target, found.at(-1)?.pace ?? startPace(begin), now));
  return found;
};

const due = (after: number): number => nextDue(target, after) ?? Number.NaN;
const said = ({ due: begun, overdue }: Beat): readonly [number | undefined, number] => [begun, overdue];

describe('on a clock that goes as it should', () => {
  it('each due time is begun once, when it has come', () => {
    const [first, second] = [due(begin), due(due(begin))];
    const found = beats(begin, first - 1, first, first + 1, second);
    expect(found.map(said)).toEqual([
      [undefined, 0],
      [undefined, 0],
      [first, 0],
      [undefined, 0],
      [second, 0],
    ]);
    expect(found.map(({ nextAt }) => nextAt)).toEqual([first, first, second, second, due(second)]);
  });
});

describe('a clock that is put forward', () => {
  it('has one round begun, the newest, and the others counted', () => {
    const [first = beats(due(begin))[0], late = first] = beats(due(begin), due(begin) + 10 * minute);
    const lastOne = due(due(begin) + 9 * minute);
    expect([first && said(first), late && said(late)]).toEqual([
      [due(begin), 0],
      [lastOne, 9],
    ]);
  });

  it('by years takes no long time, and counts up to a bound', () => {
    const later = begin + 3 * 365 * day;
    const [found] = beats(later);
    expect(found && said(found)).toEqual([expect.any(Number), 9_999]);
    expect((found?.due ?? 0) > later - 2 * minute && (found?.due ?? 0) <= later).toBe(true);
  });
});

describe('a clock that is put back', () => {
  it('has nothing begun a second time', () => {
    const moments = [due(begin), due(due(begin))];
    const end = moments.at(-1) ?? 0;
    const found = beats(...moments, begin, ...moments, end, due(end));
    expect(found.map(({ due: begun }) => begun)).toEqual([...moments, undefined, undefined, undefined, undefined, due(end)]);
    expect(found[2]?.nextAt).toBe(due(end));
  });

  it('after it was wrong by a year goes on at once, and not in a year', () => {
    const wrong = begin + 365 * day;
    const first = due(begin);
    const [, ahead, back, next] = beats(first, wrong, first + 1_000, due(first));
    expect([ahead?.due !== undefined, back && said(back), back?.nextAt, next && said(next)]).toEqual([
      true,
      [undefined, 0],
      due(first),
      [due(first), 0],
    ]);
  });
});

describe('however a clock jumps', () => {
  it('no due time is begun twice, none before it has come, and one at most at a time', () => {
    const jumps = array(integer({ min: -30 * minute, max: 30 * minute }), { minLength: 1, maxLength: 40 });
    assert(
      property(jumps, (steps) => {
        let now = begin;
        let pace = startPace(begin);
        const begun: number[] = [];
        for (const step of steps) {
          now += step;
          const found = beat(target, pace, now);
          pace = found.pace;
          expect(found.due ?? now).toBeLessThanOrEqual(now);
          if (found.due !== undefined) begun.push(found.due);
          expect(found.nextAt).toBeGreaterThan(now);
        }
        expect(new Set(begun).size).toBe(begun.length);
      }),
    );
  });
});
