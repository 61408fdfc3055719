import type { Socket } from 'node:net';

export interface IdleOptions {
  /** Milliseconds without a byte, in either direction. */
  readonly idleMs: number;
  /** Both sides wait for the client: what does not come is no fault of the upstream. */
  readonly waitsForClient: () => boolean;
  readonly onHung: () => void;
}

/** Tells once that nothing moves on an upstream's socket, from its connecting on. */
export class UpstreamIdle {
  readonly #socket: Socket;
  readonly #options: IdleOptions;
  /** Counts what starts the waiting anew, and its end. */
  #waits = 0;
  /** We may have been held up ourselves: what lies on the socket by now is read first. */
  readonly #onTimeout = (): void => {
    const { bytesRead } = this.#socket;
    const waits = this.#waits;
    if (this.#options.waitsForClient()) this.restart();
    else setImmediate(() => waits === this.#waits && this.#judge(bytesRead));
  };

  constructor(socket: Socket, options: IdleOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('timeout', this.#onTimeout);
    this.restart();
  }

  /** From now on the upstream is waited for. */
  restart(): void {
    this.#waits += 1;
    this.#socket.setTimeout(this.#options.idleMs);
  }

  #judge(bytesRead: number): void {
    if (this.#socket.bytesRead > bytesRead) this.restart();
    else this.#options.onHung();
  }

  /** The socket may serve the next exchange. */
  release(): void {
    this.#waits += 1;
    this.#socket.off('timeout', this.#onTimeout).setTimeout(0);
  }
}
