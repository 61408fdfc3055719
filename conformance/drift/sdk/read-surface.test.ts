import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readSurface } from './read-surface.ts';
import { surfaceOf, writePackage } from '../testing/surface-of.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-surface-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fieldsOf = (members: string, more = ''): unknown => {
  const { objects } = surfaceOf(folder, `${more}\nexport interface Root {\n${members}\n}`, ['Root']);
  return objects['Root']?.fields;
};
const literal = (value: unknown) => ({ kind: 'literal', value });
const required = (...forms: readonly unknown[]) => ({ optional: false, forms });
const optional = (...forms: readonly unknown[]) => ({ optional: true, forms });

describe('readSurface', () => {
  it('tells plain kinds, null, and what may be left out', () => {
    expect(fieldsOf('a: string; b?: number; c: boolean | null; d: string | undefined; e: unknown; f: any; g: bigint;')).toEqual({
      a: required({ kind: 'string' }),
      b: optional({ kind: 'number' }),
      c: required({ kind: 'boolean' }, { kind: 'null' }),
      d: optional({ kind: 'string' }),
      e: required({ kind: 'unknown' }),
      f: required({ kind: 'unknown' }),
      g: required({ kind: 'number' }),
    });
  });

  it('tells fixed values of unions and enums in a steady order, and one truth value from both', () => {
    expect(
      fieldsOf("a: 'stop' | 'length'; b: Reason; c: true; d?: Reason.Max;", "export declare enum Reason { Stop = 'STOP', Max = 'MAX' }"),
    ).toEqual({
      a: required(literal('length'), literal('stop')),
      b: required(literal('MAX'), literal('STOP')),
      c: required(literal(true)),
      d: optional(literal('MAX')),
    });
  });

  it('keeps a list of texts open that the SDK leaves open', () => {
    expect(fieldsOf("a: 'gpt-5' | (string & {});")).toEqual({ a: required(literal('gpt-5'), { kind: 'string' }) });
  });

  it('follows lists, maps and objects', () => {
    const surface = surfaceOf(
      folder,
      'export interface Root { items: Array<Item>; more: Record<string, number>; } export interface Item { inner?: { x: string } }',
      ['Root'],
    );
    expect(surface.objects).toEqual({
      Root: {
        fields: {
          items: required({ kind: 'array', of: [{ kind: 'object', name: 'Item' }] }),
          more: required({ kind: 'map', of: [{ kind: 'number' }] }),
        },
      },
      Item: { fields: { inner: optional({ kind: 'object', name: 'object' }) } },
      object: { fields: { x: required({ kind: 'string' }) } },
    });
  });

  it('ends on types that contain themselves', () => {
    expect(fieldsOf('next: Root | null; all: Root[];')).toEqual({
      next: required({ kind: 'null' }, { kind: 'object', name: 'Root' }),
      all: required({ kind: 'array', of: [{ kind: 'object', name: 'Root' }] }),
    });
  });

  it('leaves out what no wire has: methods, functions, accessors, private parts', () => {
    const declarations =
      'export declare class Root { id?: string; get text(): string; toJSON(): object; onDone: () => void; private secret: string; static made: string; }';
    expect(surfaceOf(folder, declarations, ['Root']).objects['Root']?.fields).toEqual({ id: optional({ kind: 'string' }) });
  });

  it('names classes of the language without reading them', () => {
    expect(fieldsOf('at: Date; bytes?: Uint8Array;')).toEqual({
      at: required({ kind: 'opaque', name: 'Date' }),
      bytes: optional({ kind: 'opaque', name: 'Uint8Array' }),
    });
  });

  it('says what is deprecated', () => {
    expect(fieldsOf('/** @deprecated ask for b */ a?: string;')).toEqual({
      a: { optional: true, deprecated: true, forms: [{ kind: 'string' }] },
    });
  });

  it('reads aliases, unions and re-exports as roots, and leaves out the ones that are not there', () => {
    writePackage(folder, 'made-up', '1.0.0', {
      'index.d.ts': "export type { Event as StreamEvent } from './events.js';",
      'events.d.ts': "export type Event = Begun | Ended; export interface Begun { type: 'begun' } export interface Ended { type: 'ended' }",
    });
    const roots = ['StreamEvent', 'Gone'].map((name) => ({ name, module: 'made-up' }));
    const surface = readSurface({ typescript: ts, folder, package: 'made-up', version: '1.0.0', roots });
    expect(surface).toEqual({
      schema: 'wireproof.type-surface/v1',
      package: 'made-up',
      version: '1.0.0',
      roots: {
        StreamEvent: [
          { kind: 'object', name: 'Begun' },
          { kind: 'object', name: 'Ended' },
        ],
      },
      objects: {
        Begun: { fields: { type: required(literal('begun')) } },
        Ended: { fields: { type: required(literal('ended')) } },
      },
    });
  });

  it('refuses a version that has none of the types', () => {
    expect(() => surfaceOf(folder, 'export interface Other { a: string }', ['Root'])).toThrow(
      expect.objectContaining({
        code: 'package-missing',
        message: 'made-up@1.0.0 has none of the types that are watched',
        problems: [{ where: 'made-up', expected: 'Root', actual: 'no such types' }],
      }),
    );
  });

  it('is the same however often it is read', () => {
    const read = () => surfaceOf(folder, 'export interface Root { b: { x: 1 }; a: { y: 2 } }', ['Root']);
    expect(JSON.stringify(read())).toBe(JSON.stringify(read()));
  });
});
