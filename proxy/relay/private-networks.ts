import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** Addresses that are nobody's on the Internet: this host, its networks, and the metadata services of clouds. */
const ranges: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

const privateAddresses = new BlockList();
for (const [network, prefix] of ranges) privateAddresses.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');

/** Whether an IP address is of a private network; IPv4 inside of IPv6 counts as what it is. */
export const isPrivateAddress = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
};

export class PrivateNetworkError extends Error {
  readonly code = 'PRIVATE_NETWORK';

  constructor(host: string) {
    super(`${host} is on a private network`);
    this.name = 'PrivateNetworkError';
  }
}

/** @throws PrivateNetworkError for a URL whose host is a private IP address; names are looked at when they are looked up. */
export const refusePrivateAddress = (url: string): void => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isPrivateAddress(host)) throw new PrivateNetworkError(host);
};

/** Looks a name up and refuses it when any of its addresses is private, so that a name cannot lead into the operator's network. */
export const publicLookup: LookupFunction = (host, options, callback) => {
  const all: LookupOptions & { readonly all: true } = { ...options, all: true };
  systemLookup(host, all, (error, addresses: readonly LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0);
    if (addresses.some(({ address }) => isPrivateAddress(address))) return callback(new PrivateNetworkError(host), '', 0);
    const [first] = addresses;
    if (options.all === true || first === undefined) return callback(null, [...addresses]);
    return callback(null, first.address, first.family);
  });
};
