import type { Framing } from '#fixtures/recordings/recording';

/** One piece of a body as it was framed, with the time at which its last byte had come. */
export interface TappedPiece {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** What a tap has seen of one answer's body. */
export interface TappedBody {
  readonly pieces: readonly TappedPiece[];
  /** Bytes behind the last whole chunk that are no whole chunk. */
  readonly tail: Buffer;
  /** The framing said that everything had come. */
  readonly whole: boolean;
  /** More came than is kept: nothing of this body can be reproduced. */
  readonly tooLarge: boolean;
}

/** Statuses whose answers have no body; other 1xx come before an answer. */
const withoutBody: ReadonlySet<number> = new Set([101, 204, 304]);
const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
/** A head longer than node accepts never gets here. With a chunk's size stand up to 16 KiB of extensions, and zeros before it without a bound. */
const longestSizeLine = 65_536;

/** A size beyond all numbers is infinite. */
const sizeOf = (line: string): number | undefined => {
  const [digits = ''] = line.split(';');
  return /^[0-9a-f]+$/i.test(digits.trim()) ? Number.parseInt(digits.trim(), 16) : undefined;
};

/**
 * Looks on while an answer comes off a socket, and keeps how its body was cut: node's parser hands the bytes on, but not where chunks
 * began and ended. The head is found by its blank line; what is in it, the parser tells (`body`).
 */
export class AnswerTap {
  readonly #mostBytes: number;
  readonly #bodiless: boolean;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes behind `#rest`, not joined yet: a chunk of megabytes comes in hundreds of reads. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** So many bytes must be there before it is worth looking again. */
  #wanted = 0;
  #state: 'head' | 'body' | 'done' | 'broken' = 'head';
  #framing: Framing = 'close';
  #left = 0;
  #kept = 0;
  #tooLarge = false;
  #whole = false;
  readonly #pieces: TappedPiece[] = [];

  /**
   * @param mostBytes of body that are kept; of a larger one nothing is
   * @param bodiless the request was one whose answer has no body (HEAD)
   */
  constructor(mostBytes: number, bodiless = false) {
    this.#mostBytes = mostBytes;
    this.#bodiless = bodiless;
  }

  /** Bytes as they came off the socket, from the first one of the answer on. */
  push(bytes: Buffer, atMs: number): void {
    if (this.#state === 'done' || this.#tooLarge) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    const there = this.#rest.length + this.#waitingBytes;
    if (there < this.#wanted) return;
    if (this.#state === 'broken') return this.#bound(there);
    this.#join();
    if (this.#state === 'head') this.#skipHeads();
    if (this.#state === 'body') this.#readBody(atMs);
    if (this.#tooLarge) this.#drop();
  }

  /** What follows a broken chunk is kept as it is, and joined at the end. */
  #bound(there: number): void {
    if (there <= this.#mostBytes) return;
    this.#tooLarge = true;
    this.#drop();
  }

  #drop(): void {
    this.#rest = Buffer.alloc(0);
    this.#waiting = [];
    this.#pieces.length = 0;
  }

  #join(): void {
    this.#rest =
      this.#rest.length === 0 && this.#waiting.length === 1
        ? (this.#waiting[0] ?? this.#rest)
        : Buffer.concat([this.#rest, ...this.#waiting]);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#wanted = 0;
  }

  #skipHeads(): void {
    for (;;) {
      const end = this.#rest.indexOf(headEnd);
      if (end < 0) return;
      const head = this.#rest.toString('latin1', 0, end);
      this.#rest = this.#rest.subarray(end + headEnd.length);
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
      if (status >= 100 && status < 200 && status !== 101) continue;
      this.#begin(status, head);
      return;
    }
  }

  #begin(status: number, head: string): void {
    const chunked = /^transfer-encoding:.*\bchunked\s*$/im.test(head);
    const length = /^content-length:\s*(\d+)\s*$/im.exec(head)?.[1];
    this.#framing = chunked ? 'chunked' : length === undefined ? 'close' : 'length';
    this.#left = length === undefined || chunked ? 0 : Number(length);
    // Whatever its fields say: a 304 may tell the length that the body would have.
    if (this.#bodiless || withoutBody.has(status)) this.#framing = 'none';
    const empty = this.#framing === 'none' || (this.#framing === 'length' && this.#left === 0);
    this.#state = empty ? 'done' : 'body';
    this.#whole = empty;
  }

  #readBody(atMs: number): void {
    if (this.#framing === 'chunked') this.#readChunks(atMs);
    else if (this.#framing === 'length') this.#take(Math.min(this.#left, this.#rest.length), atMs);
    else this.#take(this.#rest.length, atMs);
    if (this.#framing === 'length' && this.#left === 0) this.#end();
  }

  #take(count: number, atMs: number): void {
    if (count === 0) return;
    this.#keep(this.#rest.subarray(0, count), atMs);
    this.#rest = this.#rest.subarray(count);
    this.#left -= count;
  }

  #readChunks(atMs: number): void {
    while (this.#state === 'body') {
      const line = this.#rest.indexOf(lineEnd);
      if (line < 0) {
        // It may be a size all the same, and what follows a chunk.
        if (this.#rest.length > longestSizeLine) this.#tooLarge = true;
        return;
      }
      const size = sizeOf(this.#rest.toString('latin1', 0, line));
      if (size === undefined) {
        this.#state = 'broken';
        return;
      }
      if (size === 0) return this.#end();
      const whole = line + lineEnd.length + size + lineEnd.length;
      if (size > this.#mostBytes) this.#tooLarge = true;
      if (this.#rest.length < whole) {
        this.#wanted = whole;
        return;
      }
      this.#keep(this.#rest.subarray(line + lineEnd.length, whole - lineEnd.length), atMs);
      this.#rest = this.#rest.subarray(whole);
    }
  }

  /** Trailers are the parser's to tell. */
  #end(): void {
    this.#whole = true;
    this.#state = 'done';
    this.#rest = Buffer.alloc(0);
  }

  #keep(bytes: Buffer, atMs: number): void {
    this.#kept += bytes.length;
    if (this.#kept > this.#mostBytes) {
      this.#tooLarge = true;
      this.#pieces.length = 0;
      return;
    }
    this.#pieces.push({ atMs, bytes: Buffer.from(bytes) });
  }

  get framing(): Framing {
    return this.#framing;
  }

  body(): TappedBody {
    this.#join();
    return { pieces: this.#pieces, tail: Buffer.from(this.#rest), whole: this.#whole, tooLarge: this.#tooLarge };
  }
}
