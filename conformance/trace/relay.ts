import { createServer } from 'node:http';

import { addressOf, addressText } from './address.ts';
import { listenOnLoopback, type Listening } from './listen.ts';
import { newPassOn } from './pass-on.ts';
import { shownPath, type Seen } from './seen.ts';

export type Tell = (seen: Omit<Seen, 'atMs'>) => void;

/**
 * Stands in front of the target, so that what goes through it is seen request by request. Everything is handed on as it comes, streams and
 * upgrades too; of a request method, path and status are told, and no body is kept.
 */
export const startRelay = async (target: URL, tell: Tell): Promise<Listening> => {
  const passOn = newPassOn();
  const to = addressText(addressOf(target));
  const placeOf = (path = '/'): URL => new URL(`${target.origin}${path.startsWith('/') ? path : '/'}`);
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
  const server = createServer((incoming, response) =>
    passOn.request(incoming, response, placeOf(incoming.url), telling(incoming.method, incoming.url)),
  );
  server.on('upgrade', (incoming, socket, head) =>
    passOn.upgrade(incoming, socket, head, placeOf(incoming.url), telling(incoming.method, incoming.url)),
  );
  const listening = await listenOnLoopback(server);
  return {
    ...listening,
    close: async () => {
      await listening.close();
      passOn.close();
    },
  };
};
