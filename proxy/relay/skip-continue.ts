import type { LookupFunction, Socket } from 'node:net';

import { buildConnector } from 'undici';

const endOfHead = '\r\n\r\n';
const endOfVersion = 'HTTP/1.1 '.length;
const one = 0x31;
/** A longer one is handed on, and then is a bad answer. */
const longestHeadBytes = 16_384;

/** The status of an interim answer that bytes begin with. 101 is none: what follows it is no HTTP. */
const interimIn = (bytes: Buffer): string | undefined => /^HTTP\/1\.1 (1(?!01)\d\d)/.exec(bytes.toString('latin1', 0, 12))?.[1];

const mayBecomeInterim = (bytes: Buffer): boolean => bytes.length < 12 && 'HTTP/1.1 1'.startsWith(bytes.toString('latin1', 0, 10));

/** Whether nothing of it is an interim answer, as of nearly all; told by the first digit of its status. */
const isAnswer = (bytes: Buffer): boolean => bytes.length > endOfVersion && bytes[endOfVersion] !== one;

/** Takes every `100 Continue` out of the interim answers before an answer, however they are cut. */
class ContinueFilter {
  #held: Buffer = Buffer.alloc(0);
  #isOver = false;

  /** Whether the answer itself has begun. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What is left of these bytes and of those held back before: nothing as long as it is not known what they are. */
  take(chunk: Buffer): Buffer {
    if (this.#held.length === 0 && isAnswer(chunk)) {
      this.#isOver = true;
      return chunk;
    }
    let bytes = Buffer.concat([this.#held, chunk]);
    const kept: Buffer[] = [];
    for (let status = interimIn(bytes); status !== undefined; status = interimIn(bytes)) {
      const end = bytes.indexOf(endOfHead);
      if (end === -1) break;
      if (status !== '100') kept.push(bytes.subarray(0, end + endOfHead.length));
      bytes = bytes.subarray(end + endOfHead.length);
    }
    const isUnknown = bytes.length < longestHeadBytes && (interimIn(bytes) !== undefined || mayBecomeInterim(bytes));
    this.#isOver = !isUnknown;
    this.#held = isUnknown ? bytes : Buffer.alloc(0);
    return Buffer.concat(isUnknown ? kept : [...kept, bytes]);
  }
}

/** Filters what is read from a socket that carries one request after the other: what follows something written begins an answer. */
const filterReads = (socket: Socket): void => {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  let filter: ContinueFilter | undefined;
  let written = 0;
  socket.read = (size?: number): Buffer | null => {
    const chunk = read(size);
    if (socket.bytesWritten !== written) filter = new ContinueFilter();
    written = socket.bytesWritten;
    if (chunk === null || filter === undefined) return chunk;
    const left = filter.take(chunk);
    if (filter.isOver) filter = undefined;
    return left.length === 0 ? null : left;
  };
};

/**
 * Connects to upstreams. A client has to bear a `100 Continue` that it did not ask for (RFC 9110, 15.2), some servers send one to every
 * POST, and undici ends the connection at it; other interim answers it passes over by itself. `lookup`: how names become addresses;
 * left out, the system's way.
 */
export const newConnector = (timeout: number, lookup?: LookupFunction): buildConnector.connector => {
  const connect = buildConnector({ timeout, ...(lookup !== undefined && { lookup }) });
  return (options, callback) =>
    connect(options, (...result) => {
      if (result[0] === null) filterReads(result[1]);
      callback(...result);
    });
};
