import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LetterRuns } from './letter-runs.ts';

/** What is to be found, byte by byte. */
const endOf = (bytes: Buffer, from: number): number => {
  const at = bytes.findIndex((byte, index) => index >= from && (byte < 0x20 || byte === 0x22 || byte === 0x5c));
  return at === -1 ? bytes.length : at;
};

/** The ends of all runs, asked for from front to back. */
const endsIn = (bytes: Buffer, end: (from: number) => number): readonly number[] => {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; at = (ends.at(-1) ?? 0) + 1) ends.push(end(at));
  return ends;
};

/** At any place of the memory below: words begin elsewhere then. */
const placed = (bytes: Buffer, offset: number): Buffer => {
  const memory = Buffer.alloc(bytes.length + offset, 0x01);
  bytes.copy(memory, offset);
  return memory.subarray(offset);
};

const found = (bytes: Buffer): readonly number[] => {
  const runs = new LetterRuns(bytes);
  return endsIn(bytes, (from) => runs.end(from));
};

const expected = (bytes: Buffer): readonly number[] => endsIn(bytes, (from) => endOf(bytes, from));

/** Around every length at which another way of looking takes over. */
const lengths = fc.oneof(fc.integer({ min: 0, max: 130 }), fc.integer({ min: 500, max: 620 }), fc.integer({ min: 1_000, max: 3_000 }));
const letters = [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0x9f, 0xff];
const others = [0x22, 0x5c, 0x00, 0x01, 0x09, 0x0a, 0x1f];

describe('LetterRuns', () => {
  it('ends before every byte that is no letter, wherever it stands and the piece lies', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(lengths, fc.constantFrom(...letters), fc.constantFrom(...others)), { minLength: 1, maxLength: 4 }),
        lengths,
        fc.integer({ min: 0, max: 3 }),
        (runs, rest, offset) => {
          const bytes = [
            ...runs.map(([length, letter, other]) => [...Array<number>(length).fill(letter), other]),
            Array<number>(rest).fill(0x61),
          ];
          const piece = placed(Buffer.from(bytes.flat()), offset);
          expect(found(piece)).toEqual(expected(piece));
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([0, 1, 2, 3])('finds each of the bytes at each place of a long run that begins %i bytes behind a word', (offset) => {
    for (const other of others) {
      for (let at = 560; at < 700; at += 1) {
        const piece = placed(Buffer.alloc(900, 'é'), offset);
        piece[at] = other;
        expect(new LetterRuns(piece).end(0), `${other} at ${at}`).toBe(at);
      }
    }
  });

  it('takes every other byte for a letter, beside any neighbour', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      for (const neighbour of letters) {
        const piece = Buffer.alloc(1_200, Buffer.from([neighbour, byte]));
        expect(new LetterRuns(piece).end(0), `${byte} beside ${neighbour}`).toBe(endOf(piece, 0));
      }
    }
  });
});
