import type { Server } from 'node:http';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';

import { Agent } from 'undici';
import type { buildConnector } from 'undici';

type Callback = Parameters<buildConnector.connector>[1];
type Socket = Extract<Parameters<Callback>[1], object>;

const nothing = (): void => undefined;

/** What HTTP code asks of a socket and a pipe in memory has no answer to. */
const asSocket = (pipe: Duplex): Duplex => {
  const ofSocket = { setNoDelay: nothing, setKeepAlive: nothing, setTimeout: nothing, ref: nothing, unref: nothing };
  return Object.assign(pipe, ofSocket, { remoteAddress: '127.0.0.1' });
};

/** An end that goes without having finished takes the other with it, as a reset does; one that has finished leaves it to read the rest. */
const bind = (one: Duplex, other: Duplex): void => {
  one.on('error', nothing);
  one.once('close', () => {
    if (!one.writableFinished) other.destroy();
  });
};

/**
 * A client whose connections end in this server without a network: pipes in memory, on which both speak HTTP/1.1 as ever. Streaming,
 * back-pressure and leaving work as over a socket, because they are the same code.
 */
export const memoryAgent = (server: Server): Agent =>
  new Agent({
    connect: (_options, callback) => {
      const [near, far] = duplexPair();
      bind(near, far);
      bind(far, near);
      server.emit('connection', asSocket(far));
      // A real connection is never there at once, and undici does not expect it to be.
      queueMicrotask(() => callback(null, asSocket(near) as Socket));
    },
  });
