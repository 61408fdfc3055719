import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutInto, mutated, nastyBodies, nastyObject, numbersFrom } from '../testing/nasty-json.ts';
import { scanMembers } from './scan.ts';
import type { MemberSpan } from './scan.ts';

/** The scanner answers as `JSON.parse` would, or not at all. */

const parsed = (bytes: Buffer): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** All that is wrong with an answer of the scanner; empty when nothing is. */
const faults = (bytes: Buffer, members: readonly MemberSpan[] | undefined): readonly string[] => {
  if (members === undefined) return [];
  const whole = parsed(bytes);
  if (!isObject(whole?.value)) return ['answers for what is no object'];
  const slice = (from: number, to: number): string => bytes.toString('utf8', from, to);
  // The bytes between keys and values are those of an object and nothing else, so that no member is missing and none is invented.
  const between = members.map(({ start, keyEnd, valueStart }, index) => {
    const before = slice(members[index - 1]?.valueEnd ?? 0, start);
    return (index === 0 ? /^\s*\{\s*$/ : /^\s*,\s*$/).test(before) && /^\s*:\s*$/.test(slice(keyEnd, valueStart));
  });
  const last = members.at(-1);
  const isClosed = (last === undefined ? /^\s*\{\s*\}\s*$/ : /^\s*\}\s*$/).test(slice(last?.valueEnd ?? 0, bytes.length));
  const entries = members.map(({ start, keyEnd, valueStart, valueEnd }) => [
    JSON.parse(slice(start, keyEnd)) as string,
    JSON.parse(slice(valueStart, valueEnd)) as unknown,
  ]);
  const rebuilt: unknown = Object.fromEntries(entries);
  const isPlain = members.every(({ start, keyEnd }, index) => slice(start + 1, keyEnd - 1) === entries[index]?.[0]);
  return [
    ...(between.every(Boolean) && isClosed ? [] : ['members are missing or invented']),
    ...(isPlain ? [] : ['a name is spelled with escapes']),
    ...(isDeepStrictEqual(rebuilt, whole.value) ? [] : ['other values']),
    ...(JSON.stringify(rebuilt) === JSON.stringify(whole.value) ? [] : ['another order']),
  ];
};

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
const seed = fc.nat(2 ** 31);
const entries = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })), {
  maxLength: 8,
});

/** However a body is cut, also into single bytes and with empty pieces. */
const cuttings = (bytes: Buffer, by: readonly number[]): readonly (readonly Buffer[])[] => {
  const pieces = cutInto(bytes, by);
  return [pieces, cutInto(bytes, [1]), [Buffer.alloc(0), ...pieces.flatMap((piece) => [piece, Buffer.alloc(0)])]];
};

describe('the members of a body', () => {
  it.each(nastyBodies.map((bytes) => [JSON.stringify(bytes.toString('latin1')).slice(0, 60), bytes] as const))('%s', (_, bytes) => {
    const members = scanMembers([bytes]);
    expect(faults(bytes, members)).toEqual([]);
    for (const pieces of cuttings(bytes, [2, 3, 7])) expect(scanMembers(pieces)).toEqual(members);
  });

  it('are exact, or nothing is said', () => {
    fc.assert(
      fc.property(entries, seed, fc.boolean(), fc.nat(4), (given, from, escapedKeys, changes) => {
        const next = numbersFrom(from);
        let bytes: Buffer = Buffer.from(nastyObject(given, next, { escapedKeys }));
        for (let change = 0; change < changes; change += 1) bytes = mutated(bytes, next);
        expect(faults(bytes, scanMembers([bytes]))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are the same wherever the body is cut', () => {
    fc.assert(
      fc.property(entries, seed, sizes, fc.nat(1), (given, from, by, changes) => {
        const next = numbersFrom(from);
        const valid = Buffer.from(nastyObject(given, next, { escapedKeys: true }));
        const bytes = changes === 0 ? valid : mutated(valid, next);
        const members = scanMembers([bytes]);
        for (const pieces of cuttings(bytes, by)) expect(scanMembers(pieces)).toEqual(members);
      }),
      { numRuns: 500 },
    );
  });

  it('are found in every object whose keys are spelled plainly', () => {
    fc.assert(
      fc.property(entries, seed, (given, from) => {
        // Names without what only an escape can write.
        const plain = given.map(([name, value]) => [name.replaceAll(/["\\\p{Cc}\p{Cs}]/gu, '_'), value] as const);
        const text = `{${plain.map(([name, value]) => `"${name}":${nastyObject([['in', value]], numbersFrom(from), { escapedKeys: true })}`).join(',')}}`;
        expect(scanMembers([Buffer.from(text)])?.length).toBe(plain.length);
      }),
    );
  });

  it.each([
    [256, 256, true],
    [257, 1, false],
    [1, 257, false],
  ])('are found down to a depth of 256 and up to 256 of them: %i deep, %i members', (depth, count, isFound) => {
    const deep = `${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`;
    const text = `{${Array.from({ length: count }, (_, index) => `"k${index}":${depth === 1 ? index : deep}`).join(',')}}`;
    expect(scanMembers([Buffer.from(text)])?.length).toBe(isFound ? count : undefined);
  });

  it('are right with any byte in any place', () => {
    const bytes = Buffer.from('{"a":"\\n\\u00aF","b":[-10.5e+3,0,true,{"\\"c":null}],"d":"é"}');
    const odd: string[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (let byte = 0; byte < 256; byte += 1) {
        const changed = Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + 1)]);
        const members = scanMembers([changed]);
        // Of what is an object, only a key with an escape may stay without an answer.
        const isMissed = members === undefined && isObject(parsed(changed)?.value) && byte !== 0x5c;
        if (isMissed || (members !== undefined && faults(changed, members).length > 0)) odd.push(changed.toString('latin1'));
      }
    }
    expect(odd).toEqual([]);
  });

  it('lie where they lie', () => {
    expect(scanMembers([Buffer.from(' {"a" : 1 ,"é":[2]}')])).toEqual([
      { start: 2, keyEnd: 5, valueStart: 8, valueEnd: 9 },
      { start: 11, keyEnd: 15, valueStart: 16, valueEnd: 19 },
    ]);
  });

  it('of a large body are found in its first, its middle and its last bytes', () => {
    const filler = JSON.stringify('é\\"model":{'.repeat(50_000));
    const bytes = Buffer.from(`{"model":"m","messages":[${filler}],"stream":true,"more":${filler},"last":null}`);
    expect(faults(bytes, scanMembers(cutInto(bytes, [65_536])))).toEqual([]);
    expect(scanMembers(cutInto(bytes, [65_536]))?.length).toBe(5);
  });
});
