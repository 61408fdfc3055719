import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutInto, nastyBodies, nastyObject, numbersFrom } from '../testing/nasty-json.ts';
import { JsonBody, sizeOf, textOf } from './json-body.ts';
import { editTopLevel, replaceTopLevel } from './json-text.ts';

/** What is done to a body in its bytes is what parsing it, or editing its text, would have done. */

type Tree = Readonly<Record<string, unknown>>;

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('model', 'stream', '1', '0', '__proto__', 'toString', 'é😀'),
);
const entries = fc.array(fc.tuple(name, json), { maxLength: 8 });

/** Text of a valid object in any spelling, and pieces of it. */
const body = fc
  .record({ given: entries, seed: fc.nat(2 ** 31), by: sizes, escapedKeys: fc.boolean() })
  .map(({ given, seed, by, escapedKeys }) => {
    const text = nastyObject(given, numbersFrom(seed), { escapedKeys });
    return { text, pieces: cutInto(Buffer.from(text), by) };
  });

const isObject = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Whether two trees are the same, in the order of their members too. */
const isSame = (tree: unknown, expected: unknown): boolean =>
  isDeepStrictEqual(tree, expected) && JSON.stringify(tree) === JSON.stringify(expected);

/** The values as somebody finds them who goes through the members, which may be parsed only then. */
const read = (tree: Tree): Tree => Object.fromEntries(Object.entries(tree));

/** A large member, which is parsed when somebody asks for it. */
const large = (of: string): string => `"${of}":["${'x'.repeat(300)}",{"model":"in"}]`;

describe('the tree of a body', () => {
  it('is what JSON.parse makes of it, or nothing', () => {
    fc.assert(
      fc.property(body, ({ text, pieces }) => {
        const tree = JsonBody.of(pieces).tree();
        expect(tree === undefined || isSame(read(tree), parsed(text))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each(nastyBodies.map((bytes) => [JSON.stringify(bytes.toString('latin1')).slice(0, 60), bytes] as const))('of %s', (_, bytes) => {
    for (const pieces of [[bytes], cutInto(bytes, [1])]) {
      const tree = JsonBody.of(pieces).tree();
      const expected = parsed(bytes.toString('utf8'));
      expect(tree === undefined || (isObject(expected) && isSame(read(tree), expected))).toBe(true);
    }
  });

  it.each([
    ['{"model":"m","1":[],"stream":true}', true],
    [`{${large('messages')},"model":"m"}`, true],
    ['{}', true],
    ['{"model":"m","model":"n"}', false],
    ['{"__proto__":{},"model":"m"}', false],
    ['{"m\\u006fdel":"m"}', false],
    ['[]', false],
  ])('of %s is found without parsing it: %s', (text, isFound) => {
    expect(JsonBody.of([Buffer.from(text)]).tree() !== undefined).toBe(isFound);
  });

  it('is that of two names which are not UTF-8 only after parsing', () => {
    const bytes = Buffer.concat([Buffer.from('{"'), Buffer.of(0xff), Buffer.from('":1,"'), Buffer.of(0xfe), Buffer.from('":2}')]);
    expect(JsonBody.of([bytes]).tree()).toBeUndefined();
  });

  it('parses a large member once, when it is asked for, and copies like any other', () => {
    const text = `{"model":"m",${large('messages')},${large('tools')}}`;
    for (const pieces of [[Buffer.from(text)], cutInto(Buffer.from(text), [7])]) {
      const tree = JsonBody.of(pieces).tree() ?? {};
      expect(tree.messages).toBe(tree.messages);
      expect(tree.missing).toBeUndefined();
      expect(Object.keys(tree)).toEqual(['model', 'messages', 'tools']);
      expect({ ...tree, stream: true }).toStrictEqual({ ...(JSON.parse(text) as object), stream: true });
      expect(JSON.stringify(structuredClone(tree))).toBe(text);
    }
  });

  it('has no members but its own', () => {
    const tree = JsonBody.of([Buffer.from('{"toString":1}')]).tree() ?? {};
    expect([Object.entries(tree), Object.getPrototypeOf(tree)]).toEqual([[['toString', 1]], Object.prototype]);
  });

  it('of a body that was parsed is for parsing again', () => {
    const scanned = JsonBody.of([Buffer.from('{"a":1}')]);
    expect([scanned.unscanned().tree(), scanned.unscanned().text]).toEqual([undefined, '{"a":1}']);
    expect(JsonBody.ofText('{"a":1}').tree()).toBeUndefined();
  });
});

describe('a body with one value exchanged', () => {
  it('is what exchanging it in the text makes', () => {
    fc.assert(
      fc.property(body, name, fc.string({ unit: 'binary' }), ({ text, pieces }, key, value) => {
        const expected = replaceTopLevel(text, key, value);
        const replaced = JsonBody.of(pieces).replaced(key, value);
        expect([replaced.text, replaced.bytes.toString(), replaced.byteLength]).toEqual([expected, expected, Buffer.byteLength(expected)]);
        expect(JsonBody.of(pieces).unscanned().replaced(key, value).text).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['{"model":"m","model":"n"}', '{"model":"m","x":1,"model":{"model":"n"},"model":[]}'])('which stands twice: %s', (text) => {
    expect(JsonBody.of([Buffer.from(text)]).replaced('model', 'x').text).toBe(replaceTopLevel(text, 'model', 'x'));
  });

  it('knows its members still', () => {
    fc.assert(
      fc.property(sizes, fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 9 }), (by, first, second) => {
        const text = `{ "a":[1, 2], "model" : "was", ${large('b')}, "é": {"model":0} ,"stream":true }`;
        const replaced = JsonBody.of(cutInto(Buffer.from(text), by))
          .replaced('model', first)
          .replaced('é', second)
          .replaced('gone', 'x');
        const expected = replaceTopLevel(replaceTopLevel(text, 'model', first), 'é', second);
        expect(replaced.text).toBe(expected);
        expect(read(replaced.tree() ?? {})).toStrictEqual(JSON.parse(expected));
        const edits = { a: undefined, new: { x: [first] } };
        expect(replaced.edited(edits).text).toBe(editTopLevel(expected, edits));
      }),
    );
  });
});

describe('a body with members set and taken out', () => {
  it('is what editing its text makes', () => {
    fc.assert(
      fc.property(
        body,
        fc.array(fc.tuple(name, fc.option(json, { nil: undefined })), { maxLength: 4 }),
        fc.array(name, { maxLength: 2 }),
        ({ text, pieces }, set, more) => {
          const edits = Object.fromEntries([...set, ...more.map((key) => [key, undefined] as const)]);
          const expected = editTopLevel(text, edits);
          const edited = JsonBody.of(pieces).edited(edits);
          expect([edited.text, edited.bytes.toString(), edited.byteLength]).toEqual([expected, expected, Buffer.byteLength(expected)]);
          expect(edited.edited({ last: 1 }).text).toBe(editTopLevel(expected, { last: 1 }));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('bytes that are not UTF-8', () => {
  const odd = [
    Buffer.from('{"a":"'),
    Buffer.of(0xff, 0xc3),
    Buffer.from('","model":"m","b":['),
    Buffer.from('"'),
    Buffer.of(0xe2),
    Buffer.from('"]}'),
  ];

  it('pass untouched', () => {
    const scanned = JsonBody.of(odd);
    expect(scanned.bytes).toEqual(Buffer.concat(odd));
    expect(scanned.replaced('model', 'é').bytes).toEqual(
      Buffer.concat([...odd.slice(0, 2), Buffer.from('","model":"é","b":['), ...odd.slice(3)]),
    );
    expect(scanned.edited({ model: undefined, c: 1 }).bytes).toEqual(
      Buffer.concat([...odd.slice(0, 2), Buffer.from('","b":["'), odd[4] ?? Buffer.alloc(0), Buffer.from('"],"c":1}')]),
    );
  });

  it('are read as JSON.parse would read them', () => {
    expect(JsonBody.of(odd).tree()).toEqual({ a: '\ufffd\ufffd', model: 'm', b: ['\ufffd'] });
  });
});

describe('what is sent', () => {
  it('is one buffer while that is cheap, and the very pieces that came beyond', () => {
    const small = [Buffer.from('{"a":'), Buffer.from('1}')];
    expect(JsonBody.of(small).sent).toEqual(Buffer.from('{"a":1}'));
    const filler = Buffer.alloc(40_000, 'x');
    const big = [Buffer.from('{"a":"'), filler, filler, Buffer.from('"}')];
    const { sent } = JsonBody.of(big);
    expect([Array.isArray(sent), Array.isArray(sent) && sent[1] === filler]).toEqual([true, true]);
    const one = Buffer.concat(big);
    expect(JsonBody.of([one]).sent).toBe(one);
  });

  it('has its size in bytes, as text or as pieces', () => {
    expect([sizeOf('{"a":"é"}'), sizeOf(JsonBody.ofText('{"a":"é"}')), textOf('x'), textOf(JsonBody.ofText('{}'))]).toEqual([
      10,
      10,
      'x',
      '{}',
    ]);
  });
});
