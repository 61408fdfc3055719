import { type ResponseSoFar, ResponseReader } from '../load/response-reader.ts';
import { type SeenEvent, TimedEvents } from './timed-events.ts';

const firstBytes = 16_384;
const goodStart = Buffer.from('HTTP/1.1 200 ');
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/** Both clocks at one moment: `performance.now()` makes nothing that must be collected, all processes of the machine share the other. */
const [sharedStart, ownStart] = [process.hrtime.bigint(), performance.now()];

const onSharedClock = (ownMs: number): bigint => sharedStart + BigInt(Math.round((ownMs - ownStart) * 1e6));

/**
 * What came on one connection, and when. All else is worked out when the stream is over: what the load makes of what it reads, it has to
 * collect, and the time in which it collects would be added to that of whoever is measured.
 */
export class TimedBytes {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #times: number[] = [];

  get length(): number {
    return this.#length;
  }

  /** @param atMs by `performance.now()`; the bytes are copied */
  push(bytes: Buffer, atMs: number): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(this.#length + bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
    this.#ends.push(this.#length);
    this.#times.push(atMs);
  }

  /** The response, when it is over. Throws on framing that is not HTTP/1.1. */
  response(): ResponseSoFar | undefined {
    if (!this.#mayBeOver()) return undefined;
    const reader = new ResponseReader();
    return reader.push(this.#all()) ? reader.soFar() : undefined;
  }

  /** The numbered events with the times at which their ends came. */
  events(): readonly SeenEvent[] {
    const events = new TimedEvents();
    let from = 0;
    for (const [index, end] of this.#ends.entries()) {
      events.push(this.#bytes.subarray(from, end), onSharedClock(this.#times[index] ?? Number.NaN));
      from = end;
    }
    return events.seen;
  }

  /** Of a good stream, only the last chunk ends it; anything else is short. */
  #mayBeOver(): boolean {
    const all = this.#all();
    return !goodStart.equals(all.subarray(0, goodStart.length)) || lastChunk.equals(all.subarray(-lastChunk.length));
  }

  #all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
