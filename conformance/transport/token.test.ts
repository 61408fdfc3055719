import { describe, expect, it } from 'vitest';

import { tokenPattern } from '#fixtures/upstreams/mock-upstream';
import { TOKEN } from '#scenarios/kit/probe';

import { tokenFor } from './token.ts';

describe('tokenFor', () => {
  it('has the form and length of the placeholder', () => {
    const tokens = Array.from({ length: 500 }, (_, index) => tokenFor('seed', index));
    expect(tokens.filter((token) => !tokenPattern.test(token) || token.length !== TOKEN.length || token === TOKEN)).toEqual([]);
  });

  it('repeats for the same parts and differs for others, also when they only shift between parts', () => {
    expect(tokenFor(1, 'a', 'b')).toBe(tokenFor(1, 'a', 'b'));
    const others = [tokenFor(1, 'a', 'b'), tokenFor(2, 'a', 'b'), tokenFor(1, 'ab', ''), tokenFor(1, 'a', 'c'), tokenFor('1', 'a', 'b')];
    expect(new Set(others).size).toBe(others.length);
  });
});
