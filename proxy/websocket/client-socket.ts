import { WebSocket } from 'ws';

const tooBig = 1009;

/**
 * The class of the sockets of one proxy: a message beyond the size limit is answered with this frame before the socket is closed for
 * it. `ws` itself only closes, and then nothing can be sent.
 */
export const clientSocketClass = (tooBigFrame: string): typeof WebSocket =>
  class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      const isOurs = code === tooBig && reason === undefined && this.readyState === WebSocket.OPEN;
      if (isOurs) this.send(tooBigFrame, () => undefined);
      super.close(code, isOurs ? 'message too big' : reason);
    }
  };
