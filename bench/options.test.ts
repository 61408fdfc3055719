import { describe, expect, it } from 'vitest';

import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('measures everything, thoroughly, by default', () => {
    expect(readOptions([], ['a'])).toEqual({ only: [], except: [], quick: false, write: false, build: true, help: false, gate: false });
  });

  it('takes its flags', () => {
    const expected = { only: ['a'], except: ['b'], quick: true, write: true, build: false, help: false, gate: true };
    expect(readOptions(['--only', 'a', '--except=b', '--quick', '--write', '--no-build', '--gate'], ['a', 'b'])).toEqual(expected);
  });

  it('takes one kind of traffic to look at, and one to profile', () => {
    const expected = { only: [], except: [], quick: false, write: false, build: true, help: false, gate: false, look: 'x', profile: 'y' };
    expect(readOptions(['--look', 'x', '--profile', 'y'], ['a'])).toEqual(expected);
  });

  it('refuses a measure that there is not, and flags that there are not', () => {
    expect(() => readOptions(['--only', 'c'], ['a', 'b'])).toThrow('no measure c; there are a, b');
    expect(() => readOptions(['--except', 'c'], ['a', 'b'])).toThrow('no measure c; there are a, b');
    expect(() => readOptions(['--fast'], ['a'])).toThrow("Unknown option '--fast'");
  });
});
