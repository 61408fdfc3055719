import { describe, expect, it } from 'vitest';

import { caseIds } from './cases.ts';
import { readOptions } from './options.ts';

const read = (...args: readonly string[]) => readOptions(args, ['one', 'two']);
const usual = { only: ['one', 'two'], cases: caseIds, list: false, install: true, check: false, jobs: 2, help: false };

describe('the flags', () => {
  it('choose everything when they choose nothing', () => {
    expect(read()).toEqual(usual);
  });

  it('choose clients and cases, and what is done with them', () => {
    expect(read('--only', 'two', '--case', 'cut', '--case', 'plain', '--check', '--no-install', '--jobs', '3', '--list')).toEqual({
      ...usual,
      only: ['two'],
      cases: ['plain', 'cut'],
      check: true,
      install: false,
      jobs: 3,
      list: true,
    });
  });

  it.each([
    [['--only', 'three'], 'no client three; there are one, two'],
    [['--case', 'slow'], `no case slow; there are ${caseIds.join(', ')}`],
    [['--jobs', '0'], '--jobs takes a whole number from 1 to 16, got 0'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j are refused', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
