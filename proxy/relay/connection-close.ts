import type { Socket } from 'node:net';

/**
 * Who is to be told of a connection's end. One listener for all of them: a client may have any number of requests on one connection,
 * and Node warns of a leak at the eleventh listener.
 */
const told = new WeakMap<Socket, Set<() => void>>();

const watched = (socket: Socket): Set<() => void> => {
  const listeners = new Set<() => void>();
  told.set(socket, listeners);
  socket.once('close', () => {
    for (const listener of listeners) listener();
  });
  return listeners;
};

/** Calls the listener when the connection has closed. Returns how to forget it. */
export const onceClosed = (socket: Socket, listener: () => void): (() => void) => {
  const listeners = told.get(socket) ?? watched(socket);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};
