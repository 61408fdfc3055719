import { describe, expect, it } from 'vitest';

import type { SeriesPoint } from '../../history/store.ts';
import { chartShape } from './chart-shape.ts';

const widthMs = 60_000;
const from = Date.UTC(2026, 10, 23, 12);
const to = from + 10 * widthMs;
const size = { width: 168, height: 138 }; // 100 by 100 within the margins

const point = (index: number, p50?: number, fail = 0): SeriesPoint => ({
  at: from + index * widthMs,
  pass: p50 === undefined ? 0 : 1,
  fail,
  other: 0,
  ...(p50 === undefined ? {} : { latency: { p50, p95: 2 * p50, p99: 2 * p50 } }),
});
const shapeOf = (points: readonly SeriesPoint[]) => chartShape({ from, to, widthMs, points }, 'latency', size);

describe('chartShape', () => {
  it('draws percentiles in the middle of their intervals, from zero up to a round number', () => {
    const shape = shapeOf([point(0, 250), point(1, 500)]);
    expect(shape.p50).toBe('M61,85L71,60');
    expect(shape.p95).toBe('M61,60L71,10');
    expect(shape.yTicks.map(({ y, text }) => [y, text])).toEqual([
      [110, '0'],
      [90, '200 ms'],
      [70, '400 ms'],
      [50, '600 ms'],
      [30, '800 ms'],
      [10, '1.0 s'],
    ]);
  });

  it('joins nothing over a hole, and shows what stands alone', () => {
    const shape = shapeOf([point(0, 500), point(1, 500), point(4, 500), point(7, 500), point(8, 500)]);
    expect(shape.p50).toBe('M61,60L71,60M101,60ZM131,60L141,60');
    expect(shape.dots).toEqual([
      { x: 101, y: 60, kind: 'p50' },
      { x: 101, y: 10, kind: 'p95' },
    ]);
  });

  it('marks intervals with failures, also those in which nothing passed', () => {
    expect(shapeOf([point(0, 500), point(3, undefined, 2)]).failures).toEqual([{ x: 86, width: 9 }]);
  });

  it('names hours on a day and days on a week', () => {
    const week = chartShape({ from, to: from + 7 * 86_400_000, widthMs, points: [point(0, 1)] }, 'latency', { width: 700, height: 138 });
    expect(shapeOf([point(0, 1)]).xTicks.map(({ text }) => text)).toEqual(['12:00', '12:05', '12:10']);
    expect(week.xTicks[0]?.text).toBe('24 Nov');
  });

  it('ends the last label at the edge where it would be cut', () => {
    expect(shapeOf([point(0, 1)]).xTicks.map(({ anchor }) => anchor)).toEqual(['middle', 'middle', 'end']);
  });
});
