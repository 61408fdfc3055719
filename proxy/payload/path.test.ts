import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readPath, removeAt, setAt, valueAt } from './path.ts';

const path = (text: string): readonly string[] => {
  const read = readPath(text);
  if (read === undefined) throw new Error(`no path: ${text}`);
  return read;
};

describe('a path', () => {
  it.each([
    ['a', ['a']],
    ['a.b.0', ['a', 'b', '0']],
    ['a\\.b.c', ['a.b', 'c']],
    ['', undefined],
    ['a..b', undefined],
    ['__proto__.x', undefined],
    ['a.constructor.prototype.x', undefined],
    ['tools.#.name', undefined],
    ['a.*', undefined],
    [Array.from({ length: 33 }, () => 'a').join('.'), undefined],
  ])('%s', (text, steps) => {
    expect(readPath(text)).toEqual(steps);
  });

  it.each([
    [{}, 'a.b', { a: { b: 9 } }],
    [{ a: 5 }, 'a.b', { a: { b: 9 } }],
    [{ a: null }, 'a.b', { a: { b: 9 } }],
    [{ a: [1, 2] }, 'a.0', { a: [9, 2] }],
    [{ a: [1] }, 'a.1', { a: [1, 9] }],
    [{ a: [1] }, 'a.7', { a: [1] }],
    [{ a: [1] }, 'a.x', { a: [1] }],
    [{ a: [{ b: 1 }] }, 'a.0.b', { a: [{ b: 9 }] }],
    [{ a: [] }, 'a.1.b', { a: [] }],
  ])('%j with %s set', (tree, text, expected) => {
    setAt(tree, path(text), 9);
    expect(tree).toEqual(expected);
  });

  it.each([
    [{ a: { b: 1, c: 2 } }, 'a.b', { a: { c: 2 } }],
    [{ a: [1, 2, 3] }, 'a.1', { a: [1, 3] }],
    [{ a: [1] }, 'a.4', { a: [1] }],
    [{ a: 1 }, 'a.b.c', { a: 1 }],
    [{}, 'a', {}],
  ])('%j with %s taken out', (tree, text, expected) => {
    removeAt(tree, path(text));
    expect(tree).toEqual(expected);
  });

  it('leads only to what an object holds itself', () => {
    expect([valueAt({}, ['toString']), valueAt([], ['length']), valueAt('text', ['0'])]).toEqual([undefined, undefined, undefined]);
  });

  it('never reaches a prototype, whatever is set where', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, value) => {
        const read = readPath(text);
        if (read === undefined) return;
        const tree = {};
        setAt(tree, read, value);
        expect(Object.getPrototypeOf(tree)).toBe(Object.prototype);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
