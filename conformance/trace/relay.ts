import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { addressOf, addressText } from './address.ts';
import { listenOnLoopback, type Listening } from './listen.ts';
import { longestHead, passOnRequest, passOnUpgrade, type Destination } from './pass-on.ts';
import { shownPath, type Seen } from './seen.ts';
import { withoutOffer } from './upgrade-offer.ts';

export type Tell = (seen: Omit<Seen, 'atMs'>) => void;

/**
 * Stands in front of the target, so that what goes through it is seen request by request. Everything is handed on as it comes, streams and
 * WebSockets too; of a request method, path and status are told, and no body is kept.
 */
export const startRelay = async (target: URL, tell: Tell): Promise<Listening> => {
  const to = addressText(addressOf(target));
  const destination = ({ url = '/' }: IncomingMessage): Destination => ({
    origin: target,
    path: url.startsWith('/') || url === '*' ? url : '/',
  });
  const telling = (method: string | undefined, path: string | undefined) => (status: number | undefined) =>
    tell({
      by: 'relay',
      kind: 'request',
      to,
      verdict: 'through',
      method: method ?? 'GET',
      path: shownPath(path ?? '/'),
      ...(status !== undefined && { status }),
    });
  const server = createServer({ maxHeaderSize: longestHead }, (incoming, response) =>
    passOnRequest(incoming, response, destination(incoming), telling(incoming.method, incoming.url)),
  );
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (incoming.headers.upgrade?.toLowerCase() === 'websocket') {
      passOnUpgrade(incoming, socket, head, destination(incoming), telling(incoming.method, incoming.url));
    } else {
      // Node reads no body of a request that offers another protocol. To one that has offered none the server listens anew.
      socket.unshift(withoutOffer(incoming, head));
      server.emit('connection', socket);
    }
  });
  return listenOnLoopback(server);
};
