import { isIPv6 } from 'node:net';

/** One end of a connection. */
export interface Address {
  /** A name in lower case or an IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', '::ffff:127.0.0.1']);
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** The address that a URL names, its scheme's port where it says none. */
export const addressOf = (url: URL): Address => ({
  host: bareHost(url.hostname),
  port: url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port),
});

/** Reads `host:port`, `[::1]:443`, or a host alone; `undefined` for anything else. */
export const readAddress = (text: string, port = 0): Address | undefined => {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(digits ?? 0) > 65_535) return undefined;
  return { host: bareHost(host), port: digits === undefined ? port : Number(digits) };
};

/** An address of this machine alone: what goes there does not leave it. */
export const isLoopback = (host: string): boolean => loopbackNames.has(host) || /^127(\.\d+){3}$/.test(host);

/** The same place, as far as can be told without asking for names: all names of this machine's loopback are one. */
export const sameAddress = (a: Address, b: Address): boolean =>
  a.port === b.port && (a.host === b.host || (isLoopback(a.host) && isLoopback(b.host)));

const anyAddress = new Set(['0.0.0.0', '::']);

/** Says the same for what the kernel has as one place, however it is written. */
export const placeKey = ({ host, port }: Address): string => {
  const plain = host
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  if (isLoopback(plain) || anyAddress.has(plain)) return `loopback:${port}`;
  return addressText({ host: isIPv6(plain) ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain, port });
};

/** What `--allow` takes: a host with a port, or without one for every port of it. */
export const covers = (allowed: Address, { host, port }: Address): boolean =>
  sameAddress({ ...allowed, port: allowed.port || port }, { host, port });

export const addressText = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
