import { describe, expect, it } from 'vitest';

import type { DayOfRow } from '../../history/store.ts';
import { day } from '../words.ts';
import { firstDayShown, uptimeOf } from './uptime.ts';

const now = Date.UTC(2026, 10, 23, 14, 5);
const midnight = Date.UTC(2026, 10, 23);

const on = (back: number, counts: Partial<DayOfRow>): DayOfRow => ({
  target: 'a',
  row: 1,
  day: midnight - back * day,
  pass: 0,
  warned: 0,
  fail: 0,
  other: 0,
  ...counts,
});

describe('uptimeOf', () => {
  it('shows ninety days that end today', () => {
    expect(firstDayShown(now)).toBe(midnight - 89 * day);
    expect(uptimeOf([], now)).toEqual({ runs: [{ kind: 'none', days: 90 }], pass: 0, judged: 0, daysWithFailures: 0 });
  });

  it('tells days apart by how much failed, and joins those alike', () => {
    const days = [
      on(0, { pass: 1, fail: 1 }),
      on(1, { pass: 9, fail: 1 }),
      on(2, { pass: 10, warned: 1 }),
      on(3, { other: 5 }),
      on(4, { pass: 10 }),
      on(5, { pass: 10 }),
      on(90, { fail: 7 }),
      on(-1, { fail: 7 }),
    ];
    expect(uptimeOf(days, now)).toEqual({
      runs: [
        { kind: 'none', days: 84 },
        { kind: 'good', days: 2 },
        { kind: 'none', days: 1 },
        { kind: 'some', days: 2 },
        { kind: 'bad', days: 1 },
      ],
      pass: 40,
      judged: 42,
      daysWithFailures: 2,
      lastFailure: midnight,
    });
  });

  it('adds up the rows of a day', () => {
    expect(uptimeOf([on(0, { pass: 10 }), on(0, { row: 2, fail: 1 })], now).runs.at(-1)).toEqual({ kind: 'some', days: 1 });
  });
});
