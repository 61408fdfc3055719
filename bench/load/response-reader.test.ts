import { describe, expect, it } from 'vitest';

import { ResponseReader } from './response-reader.ts';

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n';
const sized = 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno';

const read = (pieces: readonly string[]) => {
  const reader = new ResponseReader();
  for (const piece of pieces) reader.push(Buffer.from(piece, 'latin1'));
  const { body, ...rest } = reader.soFar();
  return { ...rest, body: body.toString('latin1') };
};

describe('ResponseReader', () => {
  it.each([
    ['sized', sized, { status: 404, body: 'no', complete: true, withinChunk: false }],
    ['chunked', chunked, { status: 200, body: 'hello world', complete: true, withinChunk: false }],
  ])('reads a %s response whole, byte by byte and cut at every place', (_kind, text, expected) => {
    expect(read([text])).toEqual(expected);
    expect(read(text.split(''))).toEqual(expected);
    for (let at = 1; at < text.length; at += 1) expect(read([text.slice(0, at), text.slice(at)])).toEqual(expected);
  });

  it('tells a body that ended between chunks from one that ended within', () => {
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(read([`${head}3\r\nabc\r\n`])).toEqual({ status: 200, body: 'abc', complete: false, withinChunk: false });
    expect(read([`${head}3\r\nabc\r\n9\r\nde`])).toEqual({ status: 200, body: 'abcde', complete: false, withinChunk: true });
  });

  it('reads one response after the other', () => {
    const reader = new ResponseReader();
    expect(reader.push(Buffer.from(chunked))).toBe(true);
    reader.reset();
    expect(reader.push(Buffer.from(sized))).toBe(true);
    expect(reader.soFar()).toEqual({ status: 404, body: Buffer.from('no'), complete: true, withinChunk: false });
  });

  it.each([
    ['bytes behind the end', `${sized}more`, '4 bytes after the end'],
    ['another protocol', 'SSH-2.0-x\r\n\r\n', 'no HTTP/1.1 status line'],
    ['no framing', 'HTTP/1.1 200 OK\r\n\r\nx', 'neither content-length nor chunks'],
    ['a chunk that is longer than it says', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n', 'longer than declared'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'no chunk size'],
  ])('throws on %s', (_what, text, message) => {
    expect(() => read([text])).toThrow(message);
  });
});
