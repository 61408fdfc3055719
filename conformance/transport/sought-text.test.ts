import { describe, expect, it } from 'vitest';

import { seekText } from './sought-text.ts';

/** The piece with which the text has come. */
const foundIn = (text: string, pieces: readonly (string | Buffer)[]): number => {
  const has = seekText(text);
  return pieces.findIndex((piece) => has(Buffer.from(piece as string)));
};

describe('a text that is looked for in an answer', () => {
  it('is found however the answer is cut', () => {
    const bytes = Buffer.from('data: größer\n\ndata: rest\n\n');
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(foundIn('größer\n\n', [bytes.subarray(0, at), bytes.subarray(at)])).toBe(at < 16 ? 1 : 0);
    }
    expect(
      foundIn(
        'größer\n\n',
        [...bytes].map((byte) => Buffer.of(byte)),
      ),
    ).toBe(15);
    expect(foundIn('x', ['a', 'b', 'x'])).toBe(2);
    expect(foundIn('abab', ['aab', 'aba', 'b'])).toBe(1);
    expect(foundIn('abc', ['a', 'b', 'bc'])).toBe(-1);
  });

  it('takes no longer for each piece, however many came before', () => {
    const has = seekText('the end');
    const piece = Buffer.alloc(16 * 1024, 'x');
    // Of 16 MiB that were looked through again with each piece, it would take many times what a test may.
    for (let count = 0; count < 1_024; count += 1) expect(has(piece)).toBe(false);
    expect(has(Buffer.from('the end'))).toBe(true);
  });
});
