import type { Readable } from 'node:stream';

/** Keeps what a request sends while it passes, up to a number of bytes. */
export class KeptBody {
  readonly #mostBytes: number;
  /** None where more came than is kept. */
  #pieces: Buffer[] | undefined = [];
  #size = 0;
  whole = false;

  constructor(body: Readable, mostBytes: number) {
    this.#mostBytes = mostBytes;
    body.on('data', (piece: Buffer) => this.#take(piece));
    body.once('end', () => {
      this.whole = true;
    });
  }

  #take(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#mostBytes) this.#pieces = undefined;
    this.#pieces?.push(piece);
  }

  /** Absent where more came than is kept. */
  bytes(): Buffer | undefined {
    return this.#pieces && Buffer.concat(this.#pieces);
  }
}
