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

const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

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
    ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n', false, 'none'],
    ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', false, 'none'],
    ['204 with chunks', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n', false, 'none'],
    ['a length of 0', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', false, 'length'],
  ])('knows that %s has no body', (_what, wire, bodiless, framing) => {
    expect(seenOf(tapped([Buffer.from(wire)], 1_000, bodiless))).toEqual({ framing, pieces: [], tail: '', whole: true, tooLarge: false });
  });

  it('keeps nothing beyond its bound, of one chunk or of all', () => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    const large = [head + '3\r\nabc\r\n3\r\ndef\r\n', `${head}6\r\nab`].map((wire) => seenOf(tapped([Buffer.from(wire)], 5)));
    expect(large).toEqual(Array.from({ length: 2 }, () => ({ framing: 'chunked', pieces: [], tail: '', whole: false, tooLarge: true })));
  });

  it.each([
    ['zeros before it', '0000000000000002\r\nab\r\n0\r\n\r\n'],
    ['long extensions', `2;${'x'.repeat(16_000)}\r\nab\r\n0\r\n\r\n`],
  ])('reads the size of a chunk with %s', (_what, body) => {
    const reads = [`${chunkedHead}${body.slice(0, 5_000)}`, body.slice(5_000)].map((text) => Buffer.from(text));
    expect(seenOf(tapped(reads))).toEqual({ framing: 'chunked', pieces: ['ab'], tail: '', whole: true, tooLarge: false });
  });

  it.each([
    ['a size line without an end', `1${'0'.repeat(70_000)}`],
    ['what follows a broken chunk', `2\r\nab\r\nzz\r\n${'x'.repeat(70_000)}`],
    ['a size beyond all numbers', `2\r\nab\r\n1${'0'.repeat(300)}\r\nab`],
  ])('keeps nothing of %s', (_what, body) => {
    const reads = [chunkedHead, body.slice(0, 100), body.slice(100, 30_000), body.slice(30_000)].map((text) => Buffer.from(text));
    expect(seenOf(tapped(reads))).toEqual({ framing: 'chunked', pieces: [], tail: '', whole: false, tooLarge: true });
  });

  it('keeps what follows a broken chunk up to its bound', () => {
    const reads = [`${chunkedHead}2\r\nab\r\nzz\r\n`, 'some', 'more'].map((text) => Buffer.from(text));
    expect(seenOf(tapped(reads))).toEqual({ framing: 'chunked', pieces: ['ab'], tail: 'zz\r\nsomemore', whole: false, tooLarge: false });
  });
});
