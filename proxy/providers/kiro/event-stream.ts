import type { EventStreamCodec } from '@smithy/eventstream-codec';

import { ProxyError } from '../../errors.ts';
import { asObject, parseJson } from '../../dialects/reading.ts';

/** AWS's binary event stream: frames of a length, headers, a payload and two checksums (application/vnd.amazon.eventstream). */

/** Total length, headers' length, checksum. */
const preludeBytes = 12;
/** AWS's own limit for a frame is 24 MiB; answers come in pieces of a few bytes. */
const largestFrameBytes = 16_777_216;

/** Loaded with the first answer: only those who use Kiro need it. */
const newCodec = async (): Promise<EventStreamCodec> => {
  const { EventStreamCodec: Codec } = await import('@smithy/eventstream-codec');
  return new Codec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
};

const bad = (why: string, cause?: unknown): ProxyError =>
  new ProxyError('upstream-bad-answer', `The upstream's event stream cannot be read: ${why}.`, cause === undefined ? {} : { cause });

/** The length of the frame that begins at `start`; `undefined` while that is not known. */
const frameLength = (bytes: Buffer, start: number): number | undefined => {
  if (bytes.length - start < preludeBytes) return undefined;
  const length = bytes.readUInt32BE(start);
  if (length < preludeBytes + 4 || length > largestFrameBytes) throw bad(`a frame of ${length} bytes`);
  return length;
};

/** Cuts a body into frames; pieces of a large frame are joined once, when all of them are there. */
class Frames {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #wantedBytes = preludeBytes;

  get isEmpty(): boolean {
    return this.#heldBytes === 0;
  }

  take(piece: Buffer): readonly Buffer[] {
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    return this.#heldBytes < this.#wantedBytes ? [] : this.#cut(Buffer.concat(this.#held));
  }

  #cut(bytes: Buffer): readonly Buffer[] {
    const frames: Buffer[] = [];
    let at = 0;
    let length = frameLength(bytes, at);
    while (length !== undefined && at + length <= bytes.length) {
      frames.push(bytes.subarray(at, at + length));
      at += length;
      length = frameLength(bytes, at);
    }
    this.#held = [bytes.subarray(at)];
    this.#heldBytes = bytes.length - at;
    this.#wantedBytes = length ?? preludeBytes;
    return frames;
  }
}

const sse = (event: string, data: string): Buffer => Buffer.from(`event: ${event.replaceAll(/[\r\n]/g, ' ')}\ndata: ${data}\n\n`);

const decoded = (codec: EventStreamCodec, frame: Buffer): ReturnType<EventStreamCodec['decode']> => {
  try {
    return codec.decode(frame);
  } catch (error) {
    throw bad('a frame is damaged', error);
  }
};

/** One event; its data is one line, as JSON is when it is written anew. */
const eventOf = (codec: EventStreamCodec, frame: Buffer): Buffer => {
  const { headers, body } = decoded(codec, frame);
  const header = (name: string): string => String(headers[name]?.value ?? '');
  const payload = asObject(parseJson(Buffer.from(body).toString('utf8'))) ?? {};
  const kind = header(':message-type');
  if (kind === 'exception') return sse('exception', JSON.stringify({ ...payload, exceptionType: header(':exception-type') }));
  if (kind !== 'error') return sse(header(':event-type'), JSON.stringify(payload));
  return sse('exception', JSON.stringify({ message: header(':error-message'), exceptionType: header(':error-code') }));
};

/**
 * The same events as server-sent ones, each as soon as it is whole, and `end` when the body has ended between two frames.
 * @throws ProxyError `upstream-bad-answer` for a frame that is damaged, too large or cut.
 */
export const asServerSentEvents = async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const codec = await newCodec();
  const frames = new Frames();
  for await (const piece of body) {
    const events = frames.take(piece).map((frame) => eventOf(codec, frame));
    if (events.length > 0) yield Buffer.concat(events);
  }
  if (!frames.isEmpty) throw bad('it ends inside of a frame');
  yield sse('end', '{}');
};
