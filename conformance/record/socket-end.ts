import type { Socket } from 'node:net';

/** Whether a connection was torn down, as the kernel told it: node's own error of the answer says `aborted` for FIN and RST alike. */
export class SocketEnd {
  reset = false;
  readonly #socket: Socket;
  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') this.reset = true;
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    // Before the request's own listener, which tells of the end.
    socket.prependListener('error', this.#onError);
  }

  /** The socket may serve the next exchange. */
  release(): void {
    this.#socket.off('error', this.#onError);
  }
}
