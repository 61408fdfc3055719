import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readEvents } from './read-events.ts';
import type { EventBatch } from './read-events.ts';

const pieces = async function* (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

const collect = async (body: AsyncIterable<Buffer>): Promise<EventBatch[]> => {
  const batches: EventBatch[] = [];
  for await (const batch of readEvents(body)) batches.push(batch);
  return batches;
};

/** Every way to end a line, drawn anew for each line. */
const lineEnd = fc.constantFrom('\n', '\r', '\r\n');

/** One event or comment, line by line; `é€😀` has characters of two, three and four bytes. */
const block = fc.constantFrom(
  { lines: ['event: a', 'data: {"x":"é€😀"}'], event: { event: 'a', data: '{"x":"é€😀"}' } },
  { lines: ['data: 1', 'data:2', ':between', 'data'], event: { data: '1\n2\n' } },
  { lines: [': still here'], event: undefined },
  { lines: ['id: 7', 'retry: 10', 'data: [DONE]'], event: { data: '[DONE]' } },
);

const written = fc.record({
  mark: fc.constantFrom('', '\uFEFF'),
  blocks: fc.array(fc.tuple(block, fc.array(lineEnd, { minLength: 5, maxLength: 5 })), { minLength: 1, maxLength: 5 }),
});

/** The bytes of a block, its blank line included. */
const bytesOf = ([{ lines }, ends]: readonly [{ readonly lines: readonly string[] }, readonly string[]]): string =>
  [...lines.map((line, index) => line + (ends[index] ?? '\n')), closing(ends[lines.length - 1], ends.at(-1))].join('');

/** A blank line, which a LF behind a CR would not be. */
const closing = (before = '\n', end = '\n'): string => (before === '\r' && end === '\n' ? '\r' : end);

describe('readEvents', () => {
  const stream = 'event: a\ndata: {"x":"é€😀"}\n\n: still here\n\ndata: 1\r\ndata: 2\r\n\r\nid: 7\ndata: [DONE]\n\n';
  const events = [{ event: 'a', data: '{"x":"é€😀"}' }, { data: '1\n2' }, { data: '[DONE]' }];

  it('gives the same events and exactly the same bytes for any cutting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: stream.length * 2 }), async (size) => {
        const batches = await collect(pieces(Buffer.from(stream), size));
        expect(batches.flatMap((batch) => batch.events)).toEqual(events);
        expect(Buffer.concat(batches.map(({ bytes }) => bytes)).toString()).toBe(stream);
      }),
    );
  });

  it('reads CR, LF and CRLF, a byte order mark and several data lines alike, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.integer({ min: 1, max: 40 }), async ({ mark, blocks }, size) => {
        const bytes = mark + blocks.map(bytesOf).join('');
        const batches = await collect(pieces(Buffer.from(bytes), size));
        expect(batches.flatMap(({ events: read }) => read)).toEqual(blocks.flatMap(([{ event }]) => event ?? []));
        expect(Buffer.concat(batches.map((batch) => batch.bytes)).toString()).toBe(bytes);
      }),
    );
  });

  it.each(['\n\n', '\r\r', '\r\n\r\n', '\n\r', '\n\r\n', '\r\n\n', '\r\n\r', '\r\r\n'])(
    'gives an event as soon as its blank line has come: %j',
    async (ends) => {
      const seen: string[] = [];
      const body = async function* (): AsyncGenerator<Buffer> {
        for (const byte of Buffer.from(`data: 1${ends}`)) yield Buffer.from([byte]);
        seen.push('all is sent');
        yield Buffer.from('data: 2\n\n');
      };
      for await (const { events: read } of readEvents(body())) seen.push(...read.map(({ data }) => data));
      expect(seen).toEqual(['1', 'all is sent', '2']);
    },
  );

  it('gives everything that arrived together in one batch, and holds back what is not complete', async () => {
    const batches = await collect(pieces(Buffer.from('data: 1\n\ndata: 2\n\ndata: 3\n'), 100));
    expect(batches.map(({ bytes, events }) => [bytes.toString(), events])).toEqual([
      ['data: 1\n\ndata: 2\n\n', [{ data: '1' }, { data: '2' }]],
      ['data: 3\n\n', [{ data: '3' }]],
    ]);
  });

  it.each(['data: 1', 'data: 1\n', ': bye', 'no field at all'])('ends the last line of a body that stops after %j', async (body) => {
    const [last] = await collect(pieces(Buffer.from(body), 100));
    expect(last?.bytes.toString()).toBe(`${body.trimEnd()}\n\n`);
  });

  it('gives what was complete before a break, then throws', async () => {
    const body = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('data: 1\n\ndata: 2');
      throw Object.assign(new Error('gone'), { code: 'UND_ERR_SOCKET' });
    };
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { bytes } of readEvents(body())) seen.push(bytes.toString());
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'upstream-bad-answer',
      message: "The upstream's answer broke off (UND_ERR_SOCKET).",
    });
    expect(seen).toEqual(['data: 1\n\n']);
  });

  it('refuses an event without end', async () => {
    const body = async function* (): AsyncGenerator<Buffer> {
      for (let count = 0; count < 20; count += 1) yield Buffer.alloc(1024 * 1024, 'x');
    };
    await expect(collect(body())).rejects.toMatchObject({ code: 'upstream-bad-answer' });
  });
});
