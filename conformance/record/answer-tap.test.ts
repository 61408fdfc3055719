import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AnswerTap } from './answer-tap.ts';

const seenOf = (tap: AnswerTap) => {
  const { pieces, tail, whole, tooLarge } = tap.body();
  return {
    framing: tap.framing,
    pieces: pieces.map(({ bytes }) => bytes.toString('latin1')),
    tail: tail.toString('latin1'),
    whole,
    tooLarge,
  };
};

const tapped = (reads: readonly Buffer[], mostBytes = 1_000, bodiless = false) => {
  const tap = new AnswerTap(mostBytes, bodiless);
  reads.forEach((bytes, at) => tap.push(bytes, at));
  return tap;
};

const cutAt = (wire: Buffer, places: readonly number[]): readonly Buffer[] => {
  const cuts = [0, ...[...new Set(places.map((place) => place % (wire.length + 1)))].sort((a, b) => a - b), wire.length];
  return cuts.slice(1).map((end, at) => wire.subarray(cuts[at], end));
};

const chunk = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)};ext=1\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);

describe('a tap', () => {
  it('finds every chunk, in whatever reads they come, and whatever is in them', () => {
    const head = Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n');
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 })), fc.array(fc.nat(400)), (chunks, places) => {
        const wire = Buffer.concat([head, ...chunks.map(chunk), Buffer.from('0\r\nX: 1\r\n\r\n')]);
        expect(seenOf(tapped(cutAt(wire, places)))).toEqual({
          framing: 'chunked',
          pieces: chunks.map((bytes) => Buffer.from(bytes).toString('latin1')),
          tail: '',
          whole: true,
          tooLarge: false,
        });
      }),
    );
  });

  it('takes a chunk for there when its last byte is', () => {
    const tap = tapped(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na', 'bc', '\r\n'].map((text) => Buffer.from(text)));
    expect(tap.body().pieces.map(({ atMs }) => atMs)).toEqual([2]);
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', true, 'none'],
    ['304', 'HTTP/1.1 304 Not Modified\r\n\r\n', false, 'none'],
    ['a length of 0', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', false, 'length'],
  ])('knows that %s has no body', (_what, wire, bodiless, framing) => {
    expect(seenOf(tapped([Buffer.from(wire)], 1_000, bodiless))).toEqual({ framing, pieces: [], tail: '', whole: true, tooLarge: false });
  });

  it('keeps nothing beyond its bound, of one chunk or of all', () => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    const large = [head + '3\r\nabc\r\n3\r\ndef\r\n', `${head}6\r\nab`].map((wire) => seenOf(tapped([Buffer.from(wire)], 5)));
    expect(large).toEqual(Array.from({ length: 2 }, () => ({ framing: 'chunked', pieces: [], tail: '', whole: false, tooLarge: true })));
  });
});
