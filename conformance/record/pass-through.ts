import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import type { Begun } from './captured.ts';
import { PassingSocket } from './passing-socket.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { Passing } from './passing.ts';

export interface PassThrough {
  /** `http://host:port` */
  readonly url: string;
  /** Ends every connection; exchanges that still run, WebSockets too, are told as `stopped` before it resolves. */
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
const onClientError = (error: Error, socket: Socket, options: PassThroughOptions, begun: Begun): void => {
  const { rawPacket } = error as { rawPacket?: Buffer };
  if (rawPacket?.subarray(0, http2Preface.length).equals(http2Preface) === true) {
    const request = { method: 'PRI', target: '*', fields: [], whole: false };
    options.onCaptured({ ...begun, request, spoiled: { by: 'http2', detail: 'the client speaks HTTP/2 without asking' } });
    socket.end(no505);
  } else if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  else socket.destroy();
};

/**
 * Each client's connection has connections of its own upstream, and they end with it. So a client sees what it would have seen without us:
 * one that starts afresh never gets a connection which the upstream gave up meanwhile, and one that uses its own again has to reckon with that
 * in any case. To ask a second time in its place would hide it, and charge twice for what the upstream had begun.
 */
class Clients {
  readonly #agents = new Map<Socket, http.Agent>();
  readonly #newAgent: () => http.Agent;

  constructor(newAgent: () => http.Agent) {
    this.#newAgent = newAgent;
  }

  readonly add = (socket: Socket): void => {
    const agent = this.#newAgent();
    this.#agents.set(socket, agent);
    socket.once('close', () => {
      this.#agents.delete(socket);
      agent.destroy();
    });
  };

  /** Of a client that is gone already nobody waits for the answer. */
  agentOf(socket: Socket): http.Agent {
    return this.#agents.get(socket) ?? this.#newAgent();
  }

  /** Also those that were upgraded, which leave the server's own list. */
  end(): void {
    for (const [socket, agent] of this.#agents) {
      socket.destroy();
      agent.destroy();
    }
  }
}

const serverOptions = { noDelay: true, requestTimeout: 0, keepAliveTimeout: 65_000, maxHeaderSize: 128 * 1024 };

/**
 * Starts a server that hands every request on to one upstream and every answer back, as they come, and tells of each exchange how it was
 * on the wire: chunk boundaries, delays, trailers, and the way it ended. Rejects with the system's error when the port is taken.
 */
export const startPassThrough = async (options: PassThroughOptions): Promise<PassThrough> => {
  const { Agent } = options.upstream.startsWith('https:') ? https : http;
  const clients = new Clients(() => new Agent({ keepAlive: true }));
  const running = new Set<Passing | PassingSocket>();
  let begun = 0;
  const begin = (): Begun => {
    begun += 1;
    return { at: options.now(), before: begun - 1 };
  };
  const pass = (req: http.IncomingMessage, res: http.ServerResponse): void => {
    const passing = new Passing(req, res, begin(), options, () => running.delete(passing));
    running.add(passing);
    passing.begin(clients.agentOf(req.socket));
  };
  const server = http.createServer(serverOptions, pass);
  // The upstream says whether it wants to go on; we do not.
  server.on('checkContinue', pass);
  server.on('connection', clients.add);
  server.on('upgrade', (req, socket, head) => {
    const passing = new PassingSocket(req, socket as Socket, begin(), options, () => running.delete(passing));
    running.add(passing);
    passing.begin(head);
  });
  server.on('clientError', (error, socket) => onClientError(error, socket as Socket, options, begin()));
  const port = await listen(server, options.port, options.host);
  const shownHost = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${shownHost}:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const passing of running) passing.stop();
        server.close(() => resolve());
        clients.end();
      }),
  };
};
