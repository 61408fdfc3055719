import { errors, util } from 'undici';
import type { Dispatcher } from 'undici';

import { atEndOfTurn } from '../end-of-turn.ts';
import type { EndSignal } from './departure.ts';

/** How much may wait to be read before the upstream has to: 64 KiB, as Node's own streams have it. */
const mostWaitingBytes = 65_536;

type Received = Readonly<Record<string, string | undefined>>;

/** The head of an answer: status, and headers by their lower-case names; repeated ones are joined by ", ". */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Received;
}

const joined = (headers: Readonly<Record<string, string | string[]>>): Received => {
  for (const name in headers) if (Array.isArray(headers[name])) return Object.fromEntries(Object.entries(headers).map(asOneText));
  return headers as Received;
};

const asOneText = ([name, value]: [string, string | string[]]): [string, string] => [name, Array.isArray(value) ? value.join(', ') : value];

const joinedPieces = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);

/**
 * One answer as it comes from undici's `dispatch`, which hands over what is read without a stream, a promise or a timer of its own
 * in between. It is read once: to its end, or left early, which ends the upstream's work and its connection.
 */
export class AnswerBody implements Dispatcher.DispatchHandler, AsyncIterable<Buffer> {
  readonly #onHead: (head: AnswerHead) => void;
  readonly #onNoHead: (error: Error) => void;
  readonly #signal: EndSignal;
  #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #hasHead = false;
  #isOver = false;
  #error: Error | undefined;
  #abort: ((error?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #isPaused = false;
  #reader: (() => void) | undefined;

  /** @param onNoHead told when no head will come; what breaks off later, the reader is told. */
  constructor(signal: EndSignal, onHead: (head: AnswerHead) => void, onNoHead: (error: Error) => void) {
    this.#signal = signal;
    this.#onHead = onHead;
    this.#onNoHead = onNoHead;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.#stop(new errors.RequestAbortedError());

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#isOver) abort();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    this.#hasHead = true;
    this.#resume = resume;
    const headers = joined(util.parseHeaders(raw));
    atEndOfTurn(() => this.#onHead({ status, headers }));
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#wake();
    this.#isPaused = this.#waitingBytes >= mostWaitingBytes;
    return !this.#isPaused;
  }

  onComplete(): void {
    this.#end();
  }

  onError(error: Error): void {
    this.#fail(error);
  }

  /** Up to `max` bytes, and whether there were more; the rest is not read. */
  async upTo(max: number): Promise<{ readonly bytes: Buffer; readonly more: boolean }> {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      // Making room may bring more, and the end, at once.
      while (this.#chunks.length > 0 && size <= max) {
        for (const chunk of this.#take()) {
          chunks.push(chunk);
          size += chunk.length;
        }
      }
      if (size > max) {
        this.#leave();
        return { bytes: Buffer.concat(chunks).subarray(0, max), more: true };
      }
      if (this.#isOver) break;
      await this.#something();
    }
    if (this.#error !== undefined) throw this.#error;
    return { bytes: joinedPieces(chunks), more: false };
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.#leave();
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }

  /** No async function, which would cost a promise more for every event that comes by itself. */
  #next(): Promise<IteratorResult<Buffer, undefined>> {
    return new Promise((resolve, reject) => this.#giveNext(resolve, reject));
  }

  #giveNext(resolve: (next: IteratorResult<Buffer, undefined>) => void, reject: (error: Error) => void): void {
    // Pieces that came in one read go on as one: each step with a piece costs more than to put it beside others.
    if (this.#chunks.length > 0) resolve({ value: joinedPieces(this.#take()), done: false });
    else if (this.#error !== undefined) reject(this.#error);
    else if (this.#isOver) resolve({ value: undefined, done: true });
    else this.#reader = () => this.#giveNext(resolve, reject);
  }

  #take(): readonly Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#read(this.#waitingBytes);
    return chunks;
  }

  /** So many bytes are out of the way. */
  #read(bytes: number): void {
    this.#waitingBytes -= bytes;
    if (!this.#isPaused || this.#waitingBytes >= mostWaitingBytes) return;
    this.#isPaused = false;
    this.#resume?.();
  }

  #something(): Promise<void> {
    return new Promise((wake) => {
      this.#reader = wake;
    });
  }

  #wake(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) atEndOfTurn(reader);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#wake();
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#error = error;
    this.#end();
    if (!this.#hasHead) this.#onNoHead(error);
  }

  /** Nobody reads on. */
  #leave(): void {
    this.#chunks = [];
    if (this.#isOver) return;
    this.#end();
    this.#abort?.();
  }

  #stop(error: Error): void {
    this.#fail(error);
    this.#abort?.();
  }
}
