import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import { passOnUpgrade } from './pass-on-upgrade.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { Passing } from './passing.ts';

export interface PassThrough {
  /** `http://host:port` */
  readonly url: string;
  /** Ends every socket; exchanges that still run are told as `stopped`. */
  readonly close: () => Promise<void>;
}

const listen = (server: http.Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

const http2Preface = Buffer.from('PRI * HTTP/2');
const no505 = 'HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

/** What is no HTTP/1.1 is answered as Node would; HTTP/2 is told, since a client that speaks it is not recorded. */
const onClientError = (error: Error, socket: Socket, options: PassThroughOptions): void => {
  const { rawPacket } = error as { rawPacket?: Buffer };
  if (rawPacket?.subarray(0, http2Preface.length).equals(http2Preface) === true) {
    const request = { method: 'PRI', target: '*', fields: [], whole: false };
    options.onCaptured({ at: options.now(), request, spoiled: { by: 'http2', detail: 'the client speaks HTTP/2 without asking' } });
    socket.end(no505);
  } else if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  else socket.destroy();
};

/** Sockets that were upgraded leave the server's own list. */
const trackSockets = (server: http.Server): ReadonlySet<Socket> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
};

const serverOptions = { noDelay: true, requestTimeout: 0, keepAliveTimeout: 65_000, maxHeaderSize: 128 * 1024 };

/**
 * Starts a server that hands every request on to one upstream and every answer back, as they come, and tells of each exchange how it was
 * on the wire: chunk boundaries, delays, trailers, and the way it ended. Rejects with the system's error when the port is taken.
 */
export const startPassThrough = async (options: PassThroughOptions): Promise<PassThrough> => {
  const agentOptions = { keepAlive: true, maxSockets: 1_024 };
  const agent = options.upstream.startsWith('https:') ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  const running = new Set<Passing>();
  const pass = (req: http.IncomingMessage, res: http.ServerResponse): void => {
    const passing = new Passing(req, res, options, () => running.delete(passing));
    running.add(passing);
    passing.begin(agent);
  };
  const server = http.createServer(serverOptions, pass);
  // The upstream says whether it wants to go on; we do not.
  server.on('checkContinue', pass);
  const sockets = trackSockets(server);
  server.on('upgrade', (req, socket, head) => passOnUpgrade(req, socket as Socket, head, options));
  server.on('clientError', (error, socket) => onClientError(error, socket as Socket, options));
  const port = await listen(server, options.port, options.host);
  const shownHost = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${shownHost}:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const passing of running) passing.stop();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        agent.destroy();
      }),
  };
};
