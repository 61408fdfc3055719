import { EventStreamCodec } from '@smithy/eventstream-codec';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { asServerSentEvents } from './event-stream.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const frame = (headers: Readonly<Record<string, string>>, payload: unknown): Buffer =>
  Buffer.from(
    codec.encode({
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }])),
      body: Buffer.from(JSON.stringify(payload)),
    }),
  );

const event = (type: string, payload: unknown): Buffer => frame({ ':message-type': 'event', ':event-type': type }, payload);

const read = async (pieces: readonly Buffer[]): Promise<string> => {
  const body = async function* (): AsyncGenerator<Buffer> {
    yield* pieces;
    await Promise.resolve();
  };
  let out = '';
  for await (const piece of asServerSentEvents(body())) out += piece.toString('utf8');
  return out;
};

const failure = async (pieces: readonly Buffer[]): Promise<unknown> => read(pieces).catch((error: unknown) => error);

const stream = Buffer.concat([event('assistantResponseEvent', { content: 'grüße\n' }), event('toolUseEvent', { name: 'a', stop: true })]);
const expected = [
  'event: assistantResponseEvent\ndata: {"content":"grüße\\n"}\n\n',
  'event: toolUseEvent\ndata: {"name":"a","stop":true}\n\n',
  'event: end\ndata: {}\n\n',
].join('');

describe("AWS's event stream", () => {
  it('is the same however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(stream.length), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const pieces = at.slice(1).map((end, index) => stream.subarray(at[index], end));
        expect(await read(pieces)).toBe(expected);
      }),
      { numRuns: 60 },
    );
    expect(await read([...stream].map((byte) => Buffer.from([byte])))).toBe(expected);
  });

  it('tells exceptions and errors', async () => {
    const exception = frame({ ':message-type': 'exception', ':exception-type': 'ThrottlingException' }, { message: 'slow down' });
    const error = frame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'broken' }, {});
    expect(await read([exception, error])).toBe(
      [
        'event: exception\ndata: {"message":"slow down","exceptionType":"ThrottlingException"}\n\n',
        'event: exception\ndata: {"message":"broken","exceptionType":"InternalError"}\n\n',
        'event: end\ndata: {}\n\n',
      ].join(''),
    );
  });

  it('that is cut inside of a frame never looks whole', async () => {
    for (const length of [1, 8, 11, stream.length - 1]) {
      expect(await failure([stream.subarray(0, length)])).toMatchObject({
        code: 'upstream-bad-answer',
        message: "The upstream's event stream cannot be read: it ends inside of a frame.",
      });
    }
  });

  it('with a damaged frame is refused', async () => {
    const damaged = Buffer.from(stream);
    damaged[damaged.length - 6] = (damaged.at(-6) ?? 0) ^ 1;
    expect(await failure([damaged])).toMatchObject({ message: "The upstream's event stream cannot be read: a frame is damaged." });
  });

  it.each([0, 15, 16_777_217, 0xffff_ffff])('with a frame of %i bytes is refused before the frame is there', async (bytes) => {
    const head = Buffer.alloc(12);
    head.writeUInt32BE(bytes);
    expect(await failure([head])).toMatchObject({ message: `The upstream's event stream cannot be read: a frame of ${bytes} bytes.` });
  });

  it('writes no line that an event type brings along', async () => {
    expect(await read([event('a\n\ndata: forged', {})])).toBe('event: a  data: forged\ndata: {}\n\nevent: end\ndata: {}\n\n');
  });
});
