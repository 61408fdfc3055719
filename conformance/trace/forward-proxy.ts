import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

import { addressOf, addressText, isLoopback, readAddress, sameAddress, type Address } from './address.ts';
import { listenOnLoopback, type Listening } from './listen.ts';
import { join, longestHead, passOnRequest } from './pass-on.ts';
import type { Tell } from './relay.ts';
import { shownPath, type Seen } from './seen.ts';

export interface ForwardOptions {
  /** What a place is to the trace. */
  readonly verdictOn: (to: Address) => Seen['verdict'];
  /** The relay, which tells of its requests itself. */
  readonly relay: Address;
  /** The target, where it is asked in plain HTTP: a tunnel to it is led to the relay, which can read what is inside. */
  readonly readable?: readonly Address[];
  /** Also what goes past the target may leave the machine. */
  readonly letThrough: boolean;
  readonly tell: Tell;
}

const refusal = (to: string): string => `wireproof trace lets nothing leave past the target: ${to} (--let-through does)\n`;
const blank = 'HTTP/1.1';

const requestedUrl = ({ url = '' }: IncomingMessage): URL | undefined =>
  /^http:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined;

/** What of a request in absolute form is asked for, behind its origin, as it is written. */
const pathOf = ({ url = '' }: IncomingMessage): string => {
  const path = url.replace(/^[^:]+:\/\/[^/?#]*/, '');
  return path.startsWith('/') ? path : `/${path}`;
};

const absoluteForm =
  ({ relay, verdictOn, letThrough, tell }: ForwardOptions) =>
  (incoming: IncomingMessage, response: ServerResponse): void => {
    const url = requestedUrl(incoming);
    if (url === undefined) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('this is a forward proxy: CONNECT, or a whole http:// URL\n');
      return;
    }
    const to = addressOf(url);
    const isRelay = sameAddress(to, relay);
    const verdict = verdictOn(to);
    const told = { by: 'forward-proxy', kind: 'request', to: addressText(to), verdict, method: incoming.method ?? 'GET' } as const;
    const path = shownPath(pathOf(incoming));
    if (verdict === 'bypass' && !letThrough && !isLoopback(to.host)) {
      tell({ ...told, path, refused: true });
      response.writeHead(403, { 'content-type': 'text/plain' }).end(refusal(told.to));
      incoming.resume();
      return;
    }
    passOnRequest(incoming, response, { origin: url, path: pathOf(incoming) }, (status) => {
      if (!isRelay) tell({ ...told, path, ...(status !== undefined && { status }) });
    });
  };

const tunnel =
  ({ relay, readable = [], verdictOn, letThrough, tell }: ForwardOptions) =>
  (incoming: IncomingMessage, client: Duplex, head: Buffer): void => {
    client.on('error', () => client.destroy());
    const to = readAddress(incoming.url ?? '', 443);
    if (to === undefined) {
      client.end(`${blank} 400 Bad Request\r\nconnection: close\r\n\r\n`);
      return;
    }
    const verdict = verdictOn(to);
    const told = { by: 'forward-proxy', kind: 'connection', to: addressText(to), verdict } as const;
    if (verdict === 'bypass' && !letThrough && !isLoopback(to.host)) {
      tell({ ...told, refused: true });
      client.end(`${blank} 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${refusal(told.to)}`);
      return;
    }
    const isRead = [relay, ...readable].some((each) => sameAddress(to, each));
    if (!isRead) tell(told);
    const behind = connect({ ...(isRead ? relay : to) }, () => {
      behind.off('error', unreached);
      client.write(`${blank} 200 Connection established\r\n\r\n`);
      if (head.length > 0) behind.write(head);
      join(client, behind);
    });
    // Once the tunnel is there, what we said would be taken for the words of its other end.
    const unreached = (): void => void client.end(`${blank} 502 Bad Gateway\r\nconnection: close\r\n\r\n`);
    behind.once('error', unreached);
    client.once('close', () => behind.destroy());
  };

/**
 * A forward proxy on the loopback address, for clients that go by HTTP_PROXY and HTTPS_PROXY. What is in tunnels stays unseen: only host and port
 * are. What goes past the target does not leave the machine,
 * unless asked for.
 */
export const startForwardProxy = async (options: ForwardOptions): Promise<Listening> => {
  const server = createServer({ maxHeaderSize: longestHead }, absoluteForm(options));
  server.on('connect', tunnel(options));
  return listenOnLoopback(server);
};

/** The variables by which clients find a forward proxy; the exceptions from it are emptied, or the loopback address would go unseen. */
export const proxyVariables = (url: string): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
      [name, url],
      [name.toLowerCase(), url],
    ]),
    ['NO_PROXY', ''],
    ['no_proxy', ''],
  ]) as Readonly<Record<string, string>>;
