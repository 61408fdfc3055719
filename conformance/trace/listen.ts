import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { type Address } from './address.ts';

/** A server on a free port of the loopback address. */
export interface Listening {
  readonly address: Address;
  /** Without a trailing slash. */
  readonly url: string;
  /** Breaks what is open, and resolves when nothing listens any more. */
  readonly close: () => Promise<void>;
}

const host = '127.0.0.1';

export const listenOnLoopback = async (server: Server): Promise<Listening> => {
  // Upgraded and tunnelled sockets leave the server's own list.
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { address: { host, port }, url: `http://${host}:${port}`, close };
};
