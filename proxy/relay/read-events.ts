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
const carriageReturn = 0x0d;

/** Index behind the blank line of which the first two bytes are `pair`, 0 when there is none. */
const behindLast = (bytes: Buffer, pair: string): number => {
  const at = bytes.lastIndexOf(pair, undefined, 'latin1');
  if (at === -1) return 0;
  return bytes[at + 1] === carriageReturn && bytes[at + 2] === newline ? at + 3 : at + 2;
};

/**
 * Index behind the last blank line, 0 when there is none. Lines end with CR, LF or CRLF, also mixed; a CR ends its line at once, and
 * the LF that may still come with it is the beginning of what follows, where it means nothing.
 */
const lastBoundary = (bytes: Buffer): number => {
  const bare = behindLast(bytes, '\n\n');
  return bytes.includes(carriageReturn) ? Math.max(bare, behindLast(bytes, '\n\r'), behindLast(bytes, '\r\r')) : bare;
};

const nothing: Buffer = Buffer.alloc(0);

/** Collects pieces and gives out everything up to the last blank line, looking at every byte once however small the pieces are. */
class WholeEvents {
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The last bytes of the pieces so far: a blank line may be cut in two. */
  #seam: Buffer = nothing;

  take(chunk: Buffer): Buffer | undefined {
    const seamBytes = this.#seam.length;
    const probe = seamBytes === 0 ? chunk : Buffer.concat([this.#seam, chunk]);
    const end = lastBoundary(probe) - seamBytes;
    // Mostly events come whole, and go on in the bytes that brought them.
    if (end === chunk.length && this.#held.length === 0) {
      this.#seam = nothing;
      return chunk;
    }
    const whole = end > 0 ? Buffer.concat([...this.#held, chunk.subarray(0, end)]) : undefined;
    if (whole !== undefined) this.#held = [];
    const rest = chunk.subarray(Math.max(end, 0));
    if (rest.length > 0) this.#held.push(rest);
    this.#heldBytes = (whole === undefined ? this.#heldBytes : 0) + rest.length;
    this.#seam = (whole === undefined ? probe : rest).subarray(-2);
    if (this.#heldBytes > maxEventBytes) throw tooLarge();
    return whole;
  }

  rest(): Buffer {
    return Buffer.concat(this.#held);
  }
}

const tooLarge = (): ProxyError =>
  new ProxyError('upstream-bad-answer', `An event of the upstream's stream is larger than ${maxEventBytes} bytes.`);

/** Text with one kind of line end: of a CR at the end of what it is given, the parser would wait whether an LF follows. */
const withLineFeeds = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);

const withoutByteOrderMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

type EventParser = (bytes: Buffer, isBeginning?: boolean) => readonly WireEvent[];

/** Reads whole events, which are whole characters too. Only at the beginning of a stream a byte order mark means nothing. */
export const newEventParser = (): EventParser => {
  const events: WireEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push(event === undefined ? { data } : { event, data }),
  });
  return (bytes, isBeginning = false) => {
    const text = withLineFeeds(bytes.toString('utf8'));
    parser.feed(isBeginning ? withoutByteOrderMark(text) : text);
    return events.splice(0);
  };
};

const isOnlyLineEnds = (bytes: Buffer): boolean => bytes.every((byte) => byte === newline || byte === carriageReturn);

/** Batches as they come. To leave them early ends the upstream's work. */
export interface EventBatches extends AsyncIterableIterator<EventBatch> {
  readonly next: () => Promise<IteratorResult<EventBatch, undefined>>;
  readonly return: () => Promise<IteratorResult<EventBatch, undefined>>;
}

const noMore = { value: undefined, done: true } as const;

/** No generator, each step of which would cost two promises and a place in its queue: of a slow stream, every event is a step. */
class BodyEvents implements EventBatches {
  readonly #body: AsyncIterator<Buffer>;
  readonly #parse = newEventParser();
  readonly #pieces = new WholeEvents();
  #isBeginning = true;
  #isOver = false;

  constructor(body: AsyncIterable<Buffer>) {
    this.#body = body[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly next = async (): Promise<IteratorResult<EventBatch, undefined>> => {
    try {
      while (!this.#isOver) {
        const { value: piece, done } = await this.#body.next();
        this.#isOver = done === true;
        const bytes = done === true ? this.#pieces.rest() : this.#pieces.take(piece);
        if (bytes !== undefined && bytes.length > 0) return { value: this.#batchOf(bytes), done: false };
      }
    } catch (error) {
      await this.return();
      throw transportError(error, 'in the answer');
    }
    return noMore;
  };

  readonly return = async (): Promise<IteratorResult<EventBatch, undefined>> => {
    if (!this.#isOver) await this.#body.return?.();
    this.#isOver = true;
    return noMore;
  };

  #batchOf(bytes: Buffer): EventBatch {
    const isBeginning = this.#isBeginning;
    this.#isBeginning = false;
    return this.#isOver ? lastBatch(bytes, this.#parse, isBeginning) : newBatch(bytes, this.#parse, isBeginning);
  }
}

/**
 * Cuts a body into whole events. What has arrived of an unfinished event is held back, so that a stream that is cut inside an event
 * can still be ended by an error event; a last event without its blank line gets one at a clean end.
 * Its steps throw a ProxyError when the body breaks off or an event grows beyond all measure.
 */
export const readEvents = (body: AsyncIterable<Buffer>): EventBatches => new BodyEvents(body);

const lastBatch = (rest: Buffer, parse: EventParser, isBeginning: boolean): EventBatch => {
  if (isOnlyLineEnds(rest)) return { bytes: rest, events: [] };
  // What follows, a terminal event or an error event, must not join the last line.
  const bytes = Buffer.concat([rest, Buffer.from(rest.at(-1) === newline ? '\n' : '\n\n')]);
  return newBatch(bytes, parse, isBeginning);
};

/** Parsed when somebody reads it: of a stream that passes as it comes, most batches are not. */
const newBatch = (bytes: Buffer, parse: EventParser, isBeginning: boolean): EventBatch => {
  let events: readonly WireEvent[] | undefined;
  return {
    bytes,
    get events() {
      return (events ??= parse(bytes, isBeginning));
    },
  };
};
