import { createServer } from 'node:net';

/** Listens on the port for a moment; resolves to it, or rejects with the socket's error. Port 0 finds a free one. */
export const claimPort = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
