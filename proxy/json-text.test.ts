import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { replaceTopLevel } from './json-text.ts';

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
