import { createServer, type AddressInfo } from 'node:net';

/** A port that somebody else has: whoever connects is let in and told nothing. */
export interface HeldPort {
  readonly port: number;
  readonly release: () => Promise<void>;
}

/** Takes a free port of loopback. */
export const holdPort = async (): Promise<HeldPort> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    release: () => new Promise((released) => server.close(() => released())),
  };
};
