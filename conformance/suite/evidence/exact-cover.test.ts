import { describe, expect, it } from 'vitest';

import { exactCover, type JudgedCell } from './exact-cover.ts';

const cell = (dialect: string, upstream: string, stream: boolean, failed: boolean): JudgedCell => ({ dialect, upstream, stream, failed });

describe('the exact cover', () => {
  it('is one entry without narrowing when every cell failed', () => {
    expect(exactCover([cell('a', 'x', false, true), cell('b', 'y', true, true)])).toEqual([{}]);
  });

  it('narrows no more than it must', () => {
    const cells = [cell('a', 'x', false, true), cell('b', 'x', true, true), cell('a', 'y', false, false), cell('b', 'y', true, false)];
    expect(exactCover(cells)).toEqual([{ upstream: 'x' }]);
  });

  it('speaks of no cell that holds', () => {
    const cells = [cell('a', 'x', true, true), cell('a', 'x', false, false), cell('b', 'x', true, false), cell('a', 'y', true, false)];
    expect(exactCover(cells)).toEqual([{ dialect: 'a', upstream: 'x', stream: true }]);
  });

  it('is empty when nothing failed', () => {
    expect(exactCover([cell('a', 'x', true, false)])).toEqual([]);
  });
});
