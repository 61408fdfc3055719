import { createParser } from 'eventsource-parser';

import type { WireEvent } from '../dialects/dialect.ts';
import { ProxyError } from '../errors.ts';
import { maxEventBytes } from './limits.ts';
import { transportError } from './send.ts';

/** The complete events of one read, with exactly the bytes that carried them. No events: comments only. */
export interface EventBatch {
  readonly bytes: Buffer;
  readonly events: readonly WireEvent[];
}

const newline = 0x0a;

/** Index behind the last blank line, 0 when there is none. Both line endings occur, also mixed. */
const lastBoundary = (bytes: Buffer): number => {
  const bare = bytes.lastIndexOf('\n\n');
  const windows = bytes.lastIndexOf('\n\r\n');
  return Math.max(bare === -1 ? 0 : bare + 2, windows === -1 ? 0 : windows + 3);
};

/** Collects pieces and gives out everything up to the last blank line, looking at every byte once however small the pieces are. */
class WholeEvents {
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The last bytes of the pieces so far: a blank line may be cut in two. */
  #seam: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Buffer | undefined {
    const probe = this.#seam.length === 0 ? chunk : Buffer.concat([this.#seam, chunk]);
    const end = lastBoundary(probe) - this.#seam.length;
    const whole = end > 0 ? Buffer.concat([...this.#held, chunk.subarray(0, end)]) : undefined;
    if (whole !== undefined) this.#held = [];
    const rest = chunk.subarray(Math.max(end, 0));
    if (rest.length > 0) this.#held.push(rest);
    this.#heldBytes = (whole === undefined ? this.#heldBytes : 0) + rest.length;
    this.#seam = end === chunk.length ? Buffer.alloc(0) : probe.subarray(-2);
    if (this.#heldBytes > maxEventBytes) throw tooLarge();
    return whole;
  }

  rest(): Buffer {
    return Buffer.concat(this.#held);
  }
}

const tooLarge = (): ProxyError =>
  new ProxyError('upstream-bad-answer', `An event of the upstream's stream is larger than ${maxEventBytes} bytes.`);

const newEventParser = (): ((text: string) => readonly WireEvent[]) => {
  const events: WireEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push(event === undefined ? { data } : { event, data }),
  });
  return (text) => {
    parser.feed(text);
    return events.splice(0);
  };
};

/**
 * Cuts a body into whole events. What has arrived of an unfinished event is held back, so that a stream that is cut inside an event
 * can still be ended by an error event; a last event without its blank line gets one at a clean end.
 * @throws ProxyError when the body breaks off or an event grows beyond all measure.
 */
export const readEvents = async function* (body: AsyncIterable<Buffer>): AsyncGenerator<EventBatch, void, undefined> {
  const parse = newEventParser();
  const pieces = new WholeEvents();
  try {
    for await (const chunk of body) {
      const bytes = pieces.take(chunk);
      if (bytes !== undefined) yield { bytes, events: parse(bytes.toString('utf8')) };
    }
  } catch (error) {
    throw transportError(error, 'in the answer');
  }
  const rest = pieces.rest();
  if (rest.length === 0) return;
  // What follows, a terminal event or an error event, must not join the last line.
  const bytes = Buffer.concat([rest, Buffer.from(rest.at(-1) === newline ? '\n' : '\n\n')]);
  yield { bytes, events: parse(bytes.toString('utf8')) };
};
