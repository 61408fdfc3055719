import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matcherOf } from './wildcard.ts';

/** What a pattern means, as a regular expression says it. */
const meant = (pattern: string, id: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*')}$`, 'is').test(id);

describe('wildcards', () => {
  it.each([
    ['gpt-*', 'GPT-5', true],
    ['*-flash', 'gemini-flash-lite', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['a**a', 'aa', true],
    ['*b*', 'abc', true],
    ['a.c', 'abc', false],
    ['gpt-5', 'gpt-5', true],
    ['', 'x', false],
  ])('%j on %j: %s', (pattern, id, fits) => {
    expect(matcherOf([pattern])(id)).toBe(fits);
  });

  it('mean what a regular expression would', () => {
    const text = string({ unit: constantFrom('a', 'b', 'A', '.', '\n'), maxLength: 12 });
    const pattern = string({ unit: constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    assert(property(pattern, text, (one, id) => matcherOf([one])(id) === meant(one, id)));
  });

  it('are done with names of megabytes, which a regular expression would try in all ways', () => {
    const id = 'ab'.repeat(1_000_000);
    expect(matcherOf(['*a*b*a*c*d'])(id)).toBe(false);
  });

  it('any of several is enough', () => {
    expect(['x', 'y-1', 'z'].map(matcherOf(['x', 'y-*']))).toEqual([true, true, false]);
  });
});
