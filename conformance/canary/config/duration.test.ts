import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { durationSchema, durationText, parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 'm', '5 m', '-5m', '5M', '5min', '1e3s', '1.2345s', 'PT5M', '9999999999s'])('"%s" is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('is written in the largest unit that divides it, and read back', () => {
    expect([300_000, 90_000, 86_400_000, 1_500, 0].map(durationText)).toEqual(['5m', '90s', '1d', '1500ms', '0ms']);
    assert(
      property(integer({ min: 0, max: 900_000_000 }), (ms) => {
        expect(parseDuration(durationText(ms))).toBe(ms);
      }),
    );
  });

  it('has bounds, which a message names', () => {
    const schema = durationSchema('1s', '31d');
    expect(schema.parse('5m')).toBe(300_000);
    const told = ['500ms', '32d', 'soon', 5].map((value) => schema.safeParse(value).error?.issues.map(({ message }) => message));
    const wanted = ['a duration from 1s to 31d, such as 90s, 5m, 24h or 30d'];
    expect(told).toEqual([wanted, wanted, wanted, wanted]);
  });
});
