import { PassThrough } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { KeptBody } from './kept-body.ts';

const kept = (pieces: readonly string[], mostBytes: number) => {
  const stream = new PassThrough();
  const body = new KeptBody(stream, mostBytes);
  for (const piece of pieces) stream.emit('data', Buffer.from(piece));
  return body.bytes()?.toString();
};

describe('a kept body', () => {
  it('is what came, up to its bound', () => {
    expect([kept([], 4), kept(['ab', 'cd'], 4)]).toEqual(['', 'abcd']);
  });

  it('is given up at the first byte beyond, and for good', () => {
    expect([kept(['abcde'], 4), kept(['ab', 'cde'], 4), kept(['abcde', 'f'], 4)]).toEqual([undefined, undefined, undefined]);
  });
});
