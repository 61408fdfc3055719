import { WebSocket } from 'ws';

const tooBig = 1009;
/** Codes with which `ws` closes a socket for what came from it, and what is said of each in the close frame. */
const reasons: Readonly<Record<number, string>> = {
  1002: 'no valid frame',
  1007: 'no valid UTF-8',
  [tooBig]: 'message too big',
};

/**
 * Told when a socket begins to close, by whomever: nothing can be sent any more. The end itself, `close`, comes when the client has read
 * all that waits for it, or half a minute later.
 */
export const closingEvent = 'closing';

/** The error frames that are sent before a socket is closed for what came from it. */
export interface LastFrames {
  readonly tooBig: string;
  readonly unreadable: string;
}

/**
 * The class of the sockets of one proxy: what cannot be read as a message is answered with an error frame before the socket is closed
 * for it. `ws` itself only closes, and then nothing can be sent.
 */
export const clientSocketClass = (frames: LastFrames): typeof WebSocket =>
  class extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      const ofCode = code === undefined || reason !== undefined ? undefined : reasons[code];
      const isOurs = ofCode !== undefined && this.readyState === WebSocket.OPEN;
      if (isOurs) this.send(code === tooBig ? frames.tooBig : frames.unreadable, () => undefined);
      super.close(code, isOurs ? ofCode : reason);
      this.emit(closingEvent);
    }
  };
