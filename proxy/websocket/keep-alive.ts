import type { WebSocket } from 'ws';

import { startTimer } from '../clock.ts';
import type { Clock } from '../clock.ts';

/** Pings come this often, also while an upstream thinks; gateways between forget a connection that is silent for a minute. */
export const pingMs = 30_000;
/** How long nothing may be asked on a socket; it holds a conversation in memory. The vendor ends a socket after as long (sheet X4). */
export const idleMs = 3_600_000;

/**
 * Pings a client, which also keeps gateways between from forgetting an idle connection. One that has not answered by the time of the
 * next ping has vanished without a word, and its socket is ended. Returns how to stop.
 */
export const endWhenGone = (socket: WebSocket, clock: Clock, everyMs: number): (() => void) => {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = startTimer(clock, everyMs, () => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
    timer.restart();
  });
  return () => timer.stop();
};

/** Closes a socket on which nothing was asked for so long, and nothing is being answered. Returns how to stop. */
export const endWhenIdle = (socket: WebSocket, clock: Clock, afterMs: number, isWorking: () => boolean): (() => void) => {
  const timer = startTimer(clock, afterMs, () => {
    if (isWorking()) timer.restart();
    else socket.close(1000, 'nothing was asked for an hour');
  });
  socket.on('message', () => timer.restart());
  return () => timer.stop();
};
