/** One HTTP/1.1 response as far as it has come. */
export interface ResponseSoFar {
  readonly status: number;
  /** Body bytes without their framing. */
  readonly body: Buffer;
  /** The framing says that the body has ended. */
  readonly complete: boolean;
  /** A declared chunk has begun and not ended. */
  readonly withinChunk: boolean;
}

type Phase = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'complete';

const maxHeadBytes = 64 * 1024;
const maxBodyBytes = 64 * 1024 * 1024;
const headEnd = '\r\n\r\n';
const newline = 0x0a;

/**
 * Reads responses from the bytes of one connection. A parser of its own, because a general client costs the load generator more than the
 * measured servers spend, and because a cut has to be seen byte by byte. Throws on framing that is not HTTP/1.1.
 */
export class ResponseReader {
  #phase: Phase = 'head';
  #status = 0;
  /** The beginning of a head or of a line whose end has not come yet. */
  #begun: Buffer = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #bodyBytes = 0;
  /** Bytes still to come of the sized body, or of the current chunk. */
  #owed = 0;

  /** Takes what was received; true when the response is complete. */
  push(received: Buffer): boolean {
    let at = 0;
    while (at < received.length) {
      if (this.#phase === 'complete') throw new Error(`${received.length - at} bytes after the end of the response`);
      at = this.#step(received, at);
    }
    return this.#phase === 'complete';
  }

  /** Of the body, without its framing. */
  get bytesSoFar(): number {
    return this.#bodyBytes;
  }

  soFar(): ResponseSoFar {
    const [only] = this.#pieces;
    const body = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces, this.#bodyBytes);
    return { status: this.#status, body, complete: this.#phase === 'complete', withinChunk: this.#phase === 'chunk' };
  }

  /** Makes ready for the next response on the same connection. */
  reset(): void {
    this.#phase = 'head';
    this.#status = 0;
    this.#begun = Buffer.alloc(0);
    this.#pieces = [];
    this.#bodyBytes = 0;
  }

  /** Consumes some bytes from `at` on; returns where to go on. */
  #step(received: Buffer, at: number): number {
    switch (this.#phase) {
      case 'head':
        return this.#readHead(received, at);
      case 'sized':
      case 'chunk':
        return this.#readBody(received, at);
      default:
        return this.#readLine(received, at);
    }
  }

  #readHead(received: Buffer, at: number): number {
    const known = this.#begun.length;
    const bytes = known === 0 && at === 0 ? received : Buffer.concat([this.#begun, received.subarray(at)]);
    const end = bytes.indexOf(headEnd);
    if (end < 0) {
      this.#begin(bytes);
      return received.length;
    }
    this.#begun = Buffer.alloc(0);
    this.#startBody(bytes.toString('latin1', 0, end));
    return at + end + headEnd.length - known;
  }

  #begin(bytes: Buffer): void {
    if (bytes.length > maxHeadBytes) throw new Error('a head or line of more than 64 KiB');
    this.#begun = Buffer.from(bytes);
  }

  #startBody(head: string): void {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
    if (status === undefined) throw new Error(`no HTTP/1.1 status line: ${head.slice(0, 60)}`);
    this.#status = Number(status);
    const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#owed = Number(length);
      this.#phase = this.#owed === 0 ? 'complete' : 'sized';
    } else if (/\ntransfer-encoding: *chunked/i.test(head)) this.#phase = 'chunk-size';
    else throw new Error('a response with neither content-length nor chunks');
  }

  #readBody(received: Buffer, at: number): number {
    const end = Math.min(received.length, at + this.#owed);
    this.#bodyBytes += end - at;
    if (this.#bodyBytes > maxBodyBytes) throw new Error('a body of more than 64 MiB');
    this.#pieces.push(received.subarray(at, end));
    this.#owed -= end - at;
    if (this.#owed === 0) this.#phase = this.#phase === 'sized' ? 'complete' : 'chunk-end';
    return end;
  }

  #readLine(received: Buffer, at: number): number {
    const end = received.indexOf(newline, at);
    if (end < 0) {
      this.#begin(Buffer.concat([this.#begun, received.subarray(at)]));
      return received.length;
    }
    const line = this.#begun.toString('latin1') + received.toString('latin1', at, end);
    if (this.#begun.length > 0) this.#begun = Buffer.alloc(0);
    this.#endLine(line.trimEnd());
    return end + 1;
  }

  #endLine(line: string): void {
    if (this.#phase === 'chunk-end') {
      if (line !== '') throw new Error(`a chunk longer than declared: ${line.slice(0, 60)}`);
      this.#phase = 'chunk-size';
    } else if (this.#phase === 'trailer') {
      if (line === '') this.#phase = 'complete';
    } else this.#startChunk(line);
  }

  #startChunk(line: string): void {
    if (!/^[0-9a-f]{1,8}(?:;|$)/i.test(line)) throw new Error(`no chunk size: ${line.slice(0, 60)}`);
    this.#owed = Number.parseInt(line, 16);
    this.#phase = this.#owed === 0 ? 'trailer' : 'chunk';
  }
}
