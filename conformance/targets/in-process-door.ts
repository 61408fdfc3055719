import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a proxy inside of a process is asked through. */
export type MountedFetch = (url: string, init: RequestInit) => Promise<Response>;

/** A loopback address whose requests go to a mount and reach no network after that. */
export interface Door {
  /** Without a trailing slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Of one connection, and made anew on the next; the mount decodes nothing, so all else passes. */
const ofConnection = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'host', 'expect']);

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

const headersOf = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    ofConnection.has(name) || value === undefined ? [] : [[name, [value].flat().join(', ')] as [string, string]],
  );

const pass = async (fetch: MountedFetch, base: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const { method = 'GET', url = '/' } = incoming;
  const body = await bodyOf(incoming);
  const answer = await fetch(base + url, {
    method,
    headers: headersOf(incoming),
    signal: gone.signal,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
  });
  response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => !ofConnection.has(name))));
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response);
};

/**
 * Opens a door to a proxy that has no port, so that the engine's one way of asking, with its bounds and its traces, serves for it too. A
 * request that the mount cannot take ends in a lost connection, as with any proxy that falls over.
 * @param base what the mount takes for its address
 */
export const openDoor = async (fetch: MountedFetch, base: string): Promise<Door> => {
  const server = createServer((incoming, response) => {
    pass(fetch, base, incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
