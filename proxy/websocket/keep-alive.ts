import type { WebSocket } from 'ws';

/**
 * Pings a client, which also keeps gateways between from forgetting an idle connection. One that has not answered by the time of the
 * next ping has vanished without a word, and its socket is ended. Returns how to stop.
 */
export const endWhenGone = (socket: WebSocket, everyMs: number): (() => void) => {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
};
