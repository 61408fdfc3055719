import { describe, expect, it } from 'vitest';

import { countText, durationText, isoText, latencyText, momentText, moneyText, shareText } from './words.ts';

describe('words of the pages', () => {
  it.each([
    [0, '0 ms'],
    [59_999, '59 s'],
    [3_600_000, '1 h'],
    [5_400_000, '1 h 30 min'],
    [90_000_000, '25 h'],
    [200_000_000, '2 d'],
    [-5, '0 ms'],
  ])('a duration of %d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    [undefined, '–'],
    [0.4, '0 ms'],
    [999.2, '999 ms'],
    [1_250, '1.3 s'],
    [61_000, '61 s'],
  ])('a latency of %s is %s', (ms, text) => {
    expect(latencyText(ms)).toBe(text);
  });

  it.each([
    [0, 0, '–'],
    [1, 1, '100 %'],
    [99_999, 100_000, '99.99 %'],
    [0, 3, '0.00 %'],
  ])('%d of %d is %s: failures are never rounded away', (pass, judged, text) => {
    expect(shareText(pass, judged)).toBe(text);
  });

  it('writes counts, money and moments', () => {
    expect([countText(1_234_567), countText(12), moneyText(0.00423), moneyText(0), moneyText(12.5)]).toEqual([
      '1,234,567',
      '12',
      '$0.0042',
      '$0.00',
      '$12.50',
    ]);
    expect(momentText(Date.UTC(2026, 0, 2, 3, 4))).toBe('2 Jan 2026, 03:04 UTC');
    expect(isoText(Number.POSITIVE_INFINITY)).toBe('1970-01-01T00:00:00.000Z');
  });
});
