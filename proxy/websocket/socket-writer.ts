import type { WebSocket } from 'ws';
import type { EndSignal } from '../relay/departure.ts';

/** Bytes that may wait for the client before the proxy stops reading from the upstream. */
const highWater = 65_536;

/** Resolves when the frame has left this process, or when nobody waits for it any more. */
const sent = (socket: WebSocket, frame: string, signal: EndSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    socket.send(frame, done);
  });

/** Sends text frames, in order, at the client's pace. False when it has left. */
export const sendFrames = async (socket: WebSocket, frames: readonly string[], signal: EndSignal): Promise<boolean> => {
  for (const frame of frames) {
    if (signal.aborted || socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount > highWater) await sent(socket, frame, signal);
    else socket.send(frame, ignoreFailure);
  }
  return !signal.aborted;
};

/** A frame that crosses with the client's leaving is nobody's; the socket's `close` tells of the leaving. */
const ignoreFailure = (): void => undefined;

export const sendFrame = (socket: WebSocket, frame: string): void => {
  if (socket.readyState === socket.OPEN) socket.send(frame, ignoreFailure);
};

/** Sends a frame behind which the connection may end; resolves when the frame has left this process, or never will. */
export const sendLast = (socket: WebSocket, frame: string): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === socket.OPEN) socket.send(frame, () => resolve());
    else resolve();
  });
