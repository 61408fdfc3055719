import type { IncomingMessage, Server } from 'node:http';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

import type { Between } from '#scenarios/kit/grounds/between';

type Upgrades = NonNullable<Between['upgrades']>;

/** The lines with which nginx hands upgrades on: its own text of the manual, and beside it the mistake in question. */
export const upgradeLines = (upgrades: Between['upgrades']): readonly string[] =>
  upgrades === undefined
    ? []
    : [
        "map $http_upgrade $connection_of_upgrade { default upgrade; '' close; }",
        "map $http_upgrade $authorization_of_post { default ''; '' $http_authorization; }",
        'proxy_set_header Upgrade $http_upgrade;',
        'proxy_set_header Connection $connection_of_upgrade;',
        ...(upgrades === 'without-authorization' ? ['proxy_set_header Authorization $authorization_of_post;'] : []),
      ];

const headOf = ({ method, url, rawHeaders }: IncomingMessage, host: string, upgrades: Upgrades): string => {
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/1.1`, `Host: ${host}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const isLost = name === 'host' || (name === 'authorization' && upgrades === 'without-authorization');
    if (!isLost) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
};

/** Joins two connections: each ends, and breaks, as the other does. */
const join = (one: Duplex, other: Duplex): void => {
  one.pipe(other);
  one.on('error', () => other.destroy());
  one.on('close', () => other.destroy());
};

/** Where a URL leads: an address of IPv6 stands in brackets there and nowhere else, and the port of its scheme is left out. */
export const placeOf = ({ protocol, hostname, port }: URL): { readonly host: string; readonly port: number; readonly secure: boolean } => {
  const secure = protocol === 'https:';
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || (secure ? 443 : 80)), secure };
};

const connectionTo = (url: URL): Duplex => {
  const { host, port, secure } = placeOf(url);
  if (!secure) return connect({ host, port });
  return connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ['http/1.1'] });
};

/** Makes a server hand upgrades on to the origin. Returns how to end those that are open. */
export const handOnUpgrades = (server: Server, origin: string, upgrades: Upgrades): (() => void) => {
  const open = new Set<Duplex>();
  const url = new URL(origin);
  server.on('upgrade', (incoming: IncomingMessage, caller: Duplex, rest: Buffer) => {
    const target = connectionTo(url);
    for (const end of [caller, target]) {
      open.add(end);
      end.once('close', () => open.delete(end));
    }
    target.write(Buffer.concat([Buffer.from(headOf(incoming, url.host, upgrades), 'latin1'), rest]));
    join(caller, target);
    join(target, caller);
  });
  return () => {
    for (const end of open) end.destroy();
  };
};
