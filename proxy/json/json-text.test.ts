import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { editTopLevel, replaceTopLevel } from './json-text.ts';

describe('replaceTopLevel', () => {
  it.each([
    ['{"model":"a"}', '{"model":"b"}'],
    ['{ "model" : "a" , "n": 12345678901234567890, "f":1.0 }', '{ "model" : "b" , "n": 12345678901234567890, "f":1.0 }'],
    ['{"x":{"model":"a"},"model":"a\\"}","y":[{"model":"a"}]}', '{"x":{"model":"a"},"model":"b","y":[{"model":"a"}]}'],
    ['{"model":"a","model":"c"}', '{"model":"b","model":"b"}'],
    ['{"m\\u006fdel":"a"}', '{"m\\u006fdel":"b"}'],
    ['{"other":"\\\\","model":"a"\n}', '{"other":"\\\\","model":"b"\n}'],
    ['{}', '{}'],
  ])('%s', (text, expected) => {
    expect(replaceTopLevel(text, 'model', 'b')).toBe(expected);
  });

  it('changes that key and nothing else', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.constantFrom(0, 2), (others, model, indent) => {
        const given = Object.fromEntries([...Object.entries(others), ['model', 'was']]);
        const text = replaceTopLevel(JSON.stringify(given, undefined, indent), 'model', model);
        expect(text).toBe(JSON.stringify({ ...given, model }, undefined, indent));
      }),
    );
  });
});

describe('editTopLevel', () => {
  it.each([
    ['{"a":1, "b" : 2.0 ,"c":3}', { a: 9 }, '{"b" : 2.0,"c":3,"a":9}'],
    ['{"a":1,"b":{"a":1}}', { a: undefined }, '{"b":{"a":1}}'],
    ['{"a":1,"a":2}', { a: { x: [] } }, '{"a":{"x":[]}}'],
    ['{}', { new: 'x', gone: undefined }, '{"new":"x"}'],
    ['{"n":12345678901234567890}', {}, '{"n":12345678901234567890}'],
  ])('%s with %j', (text, edits, expected) => {
    expect(editTopLevel(text, edits)).toBe(expected);
  });

  it('means what setting and deleting mean', () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(values, values, fc.array(fc.string()), fc.constantFrom(0, 2), (given, set, gone, indent) => {
        const edits = { ...Object.fromEntries(gone.map((key) => [key, undefined])), ...set };
        const expected = Object.fromEntries(Object.entries({ ...given, ...edits }).filter(([, value]) => value !== undefined));
        const edited = editTopLevel(JSON.stringify(given, undefined, indent), edits);
        expect(JSON.parse(edited)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
});
