import { describe, expect, it } from 'vitest';

import { kindOf, kinds } from './kinds.ts';
import { growthPerHour, residentMiB } from './memory.ts';
import { plot } from './plot.ts';

describe('growthPerHour', () => {
  it('finds a slope under noise, and none where there is none', () => {
    const samples = (perHour: number) =>
      Array.from({ length: 360 }, (_, n) => ({ at: n * 10, rss: 100 + (perHour * n * 10) / 3_600 + (n % 2 === 0 ? 5 : -5) }));
    expect(growthPerHour(samples(24))).toBeCloseTo(24, 0);
    expect(growthPerHour(samples(0))).toBeCloseTo(0, 0);
    expect(growthPerHour([{ at: 0, rss: 100 }])).toBe(0);
  });

  it('reads the memory of a process', () => {
    expect(residentMiB(process.pid)).toBeGreaterThan(20);
  });
});

describe('kindOf', () => {
  it('gives every kind its share', () => {
    const seen = new Map<string, number>();
    for (let n = 0; n < 100; n += 1) seen.set(kindOf(n).name, (seen.get(kindOf(n).name) ?? 0) + 1);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(kinds.map(({ name, share }) => [name, share])));
  });
});

describe('plot', () => {
  it('draws one line through all samples', () => {
    const svg = plot([0, 1, 2].map((n) => ({ at: n * 60, rss: 100 + n, files: 20, sent: n })));
    expect(svg.match(/<polyline[^>]* points="([^"]*)"/)?.[1]?.split(' ')).toHaveLength(3);
    expect(svg).toContain('MiB');
  });
});
