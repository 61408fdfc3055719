import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { compareSurfaces, type SurfaceChange } from './compare-surfaces.ts';
import { surfaceOf } from '../testing/surface-of.ts';
import { pathText } from './type-surface.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-compare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const toldOf = (changes: readonly SurfaceChange[]): readonly string[] =>
  changes.map(({ kind, root, steps, before = '', after = '' }) => `${kind} ${pathText(root, steps)}: ${before} -> ${after}`);
const told = (before: string, after: string, roots: readonly string[] = ['Root']): readonly string[] =>
  toldOf(compareSurfaces(surfaceOf(folder, before, roots), surfaceOf(folder, after, roots)));

/** What changed, the members of an interface before and after it, and what is told of `It`. */
const cases = [
  ['nothing', 'a: string; b?: 1 | 2', 'b?: 2 | 1; a: string', []],
  ['a new field', 'a: string', 'a: string; b?: number', ['added It.b:  -> number']],
  ['a field that is gone', 'a: string; b: number', 'a: string', ['removed It.b: number -> ']],
  ['another kind', 'a: string', 'a: number', ['retyped It.a: string -> number']],
  ['one kind more', 'a: string', 'a: string | number', ['retyped It.a: string -> number | string']],
  ['any text where fixed ones were', "a: 'x'", 'a: string', ['retyped It.a: "x" -> string']],
  ['a list of what was one', 'a: string', 'a: string[]', ['retyped It.a: string -> string[]']],
  ['a new value', "a: 'x'", "a: 'x' | 'y'", ['value-added It.a:  -> "y"']],
  ['a value that is gone', "a: 'x' | 'y'", "a: 'x'", ['value-removed It.a: "y" -> ']],
  ['another value', "a: 'x'", "a: 'y'", ['value-added It.a:  -> "y"', 'value-removed It.a: "x" -> ']],
  ['optional', 'a: string', 'a?: string', ['now-optional It.a: string -> string']],
  ['required', 'a?: string', 'a: string', ['now-required It.a: string -> string']],
  ['null', 'a: string', 'a: string | null', ['now-nullable It.a: string -> null | string']],
  ['no null', 'a: string | null', 'a: string', ['never-null It.a: null | string -> string']],
  ['deprecated', 'a: string', '\n/** @deprecated */ a: string', ['deprecated It.a: string -> string']],
  ['within lists', 'a: { b: 1 }[]', 'a: { b: 1; c?: 2 }[]', ['added It.a[].c:  -> 2']],
  ['within maps', 'a: Record<string, { b: 1 }>', 'a: Record<string, {}>', ['removed It.a{}.b: 1 -> ']],
  ['a name that is no word', 'a: 1', 'a: 1; "b-c": 2', ['added It["b-c"]:  -> 2']],
  ['any other field', 'a: 1', 'a: 1; [key: string]: unknown', ['added It{}:  -> unknown']],
] as const;

/** All cases in one pair of versions, because a compiler takes its time to begin. */
const casesTold = (): readonly (readonly string[])[] => {
  const declared = (side: 1 | 2): string => cases.map((each, index) => `export interface It${index} { ${each[side]} }`).join('\n');
  const roots = cases.map((_, index) => `It${index}`);
  const changes = compareSurfaces(surfaceOf(folder, declared(1), roots), surfaceOf(folder, declared(2), roots));
  return roots.map((name) => toldOf(changes.flatMap((change) => (change.root === name ? [{ ...change, root: 'It' }] : []))));
};

describe('compareSurfaces', () => {
  it('tells each kind of change, and nothing else', () => {
    expect(casesTold().map((texts, index) => [cases[index]?.[0], texts])).toEqual(cases.map(([what, , , texts]) => [what, texts]));
  });

  it('tells roots that came and went', () => {
    const [was, is] = ['export interface Old { a: 1 }', 'export interface New { a: 1 }'];
    expect(told(was, is, ['Old', 'New'])).toEqual(['removed Old: Old -> ', 'added New:  -> New']);
  });

  it('pairs objects by the value that tells them apart, whatever they are called', () => {
    const before = "export type Root = A | B; interface A { type: 'a'; x: 1 } interface B { type: 'b'; y: string }";
    const after =
      "export type Root = First | Second | C; interface First { type: 'b'; y: number } interface Second { type: 'a'; x: 1 } interface C { type: 'c' }";
    expect(told(before, after)).toEqual(['added Root<type=c>:  -> C', 'retyped Root<type=b>.y: string -> number']);
  });

  it('tells an object that is gone from a union', () => {
    const before = "export interface Root { all: (A | B)[] } interface A { type: 'a' } interface B { type: 'b' }";
    const after = "export interface Root { all: A[] } interface A { type: 'a' }";
    expect(told(before, after)).toEqual(['removed Root.all[]<type=b>: B -> ']);
  });

  it('takes no renamed type for a change, with nothing but the fields to tell it by', () => {
    const before = 'export type Root = Text | Image; interface Text { text: string } interface Image { url: string }';
    const after = 'export type Root = Picture | Words; interface Words { text: string } interface Picture { url: string }';
    expect(told(before, after)).toEqual([]);
  });

  it('tells a change once, where the way to it is shortest', () => {
    const shape = (usage: string) => `export interface Root { deep: { use: Usage }; usage: Usage } interface Usage { ${usage} }`;
    expect(told(shape('a: 1'), shape('a: 1; b: 2'))).toEqual(['added Root.usage.b:  -> 2']);
  });

  it('names the other places where a changed type stands, through every way but circles', () => {
    const declared = (usage: string): string => `
      export interface Root { usage: Usage; deep: { use: Usage; again?: Root } }
      export interface Other { all: Usage[] }
      interface Usage { ${usage} }`;
    const [before, after] = [declared('a: 1'), declared('a: 2')].map((text) => surfaceOf(folder, text, ['Root', 'Other']));
    if (before === undefined || after === undefined) throw new Error('two surfaces');
    const [change] = compareSurfaces(before, after);
    expect(change?.elsewhere.map(({ root, steps }) => pathText(root, steps))).toEqual(['Other.all[].a', 'Root.deep.use.a']);
  });

  it('ends on types that contain themselves', () => {
    expect(told('export interface Root { next?: Root; a: 1 }', 'export interface Root { next?: Root; a: 1; b?: 2 }')).toEqual([
      'added Root.b:  -> 2',
    ]);
  });
});
