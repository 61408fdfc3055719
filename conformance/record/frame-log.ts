import type { CapturedFrame } from './captured.ts';

/** Messages of both sides of a socket, in the order in which they came, up to a number of bytes. */
export class FrameLog {
  frames: CapturedFrame[] = [];
  tooLarge = false;
  #bytes = 0;
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  note(from: CapturedFrame['from'], kind: CapturedFrame['kind'], data: Buffer, code?: number): void {
    // An empty frame takes room, too.
    this.#bytes += data.length + 32;
    if (this.#bytes > this.#mostBytes) this.tooLarge = true;
    if (this.tooLarge) this.frames = [];
    else this.frames.push({ from, atMs: performance.now(), kind, data: Buffer.from(data), ...(code !== undefined && { code }) });
  }
}
