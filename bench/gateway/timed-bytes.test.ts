import { describe, expect, it } from 'vitest';

import { TimedBytes } from './timed-bytes.ts';

const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const mark = (number: number): string => `${String(number).padStart(7, '0')}@${number * 1_000};`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const response = `${head}${chunk(mark(0))}${chunk('x'.repeat(20_000))}${chunk(mark(1))}0\r\n\r\n`;

const pushed = (pieces: readonly (readonly [string, number])[]): TimedBytes => {
  const bytes = new TimedBytes();
  const readInto = Buffer.alloc(65_536);
  for (const [text, atMs] of pieces) bytes.push(readInto.subarray(0, readInto.write(text)), atMs);
  return bytes;
};

describe('TimedBytes', () => {
  it('has the response when all of it came, however it was cut', () => {
    for (const cut of [1, 10, head.length, head.length + 9, 20_000, response.length - 3, response.length - 1]) {
      const bytes = pushed([[response.slice(0, cut), 1]]);
      expect(bytes.response()?.complete, `cut at ${cut}`).toBeUndefined();
      bytes.push(Buffer.from(response.slice(cut)), 2);
      expect(bytes.response()?.body.toString(), `cut at ${cut}`).toBe(`${mark(0)}${'x'.repeat(20_000)}${mark(1)}`);
    }
  });

  it('tells when the end of each event came, on the clock that processes share', () => {
    const cut = response.indexOf(';') + 1;
    const [before, nowMs, after] = [process.hrtime.bigint(), performance.now(), process.hrtime.bigint()];
    const events = pushed([
      [response.slice(0, cut - 1), nowMs - 3],
      [response.slice(cut - 1, cut), nowMs],
      [response.slice(cut), nowMs + 250],
    ]).events();
    expect(events.map(({ number, sentAt }) => [number, sentAt])).toEqual([
      [0, 0n],
      [1, 1_000n],
    ]);
    const [first = 0n, second = 0n] = events.map(({ at }) => at);
    expect(Number(second - first)).toBe(250_000_000);
    // A double of milliseconds is exact to less than a microsecond.
    const exactness = 1_000n;
    expect([first >= before - exactness, first <= after + exactness]).toEqual([true, true]);
  });

  it('has what is no stream as soon as it came', () => {
    const bytes = pushed([['HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\nno', 1]]);
    expect(bytes.response()).toBeUndefined();
    bytes.push(Buffer.from('pe'), 2);
    expect([bytes.response()?.status, bytes.response()?.body.toString(), bytes.length]).toEqual([500, 'nope', 61]);
  });

  it('refuses what is no response', () => {
    expect(() => pushed([['SSH-2.0-OpenSSH\r\n\r\n', 1]]).response()).toThrow('no HTTP/1.1 status line');
  });
});
