import { isIPv6 } from 'node:net';

/** An IPv4 address that came in through an IPv6 socket, as itself. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Whether a socket's address is this machine's own. */
export const isLoopback = (address: string): boolean => {
  const plain = unmapped(address);
  return plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain);
};

/** The first four groups of an IPv6 address written out. */
const network = (address: string): string => {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
};

/** What counts as one sender: an IPv4 address, or an IPv6 network of 64 bits, all of whose addresses belong to one customer. */
export const addressGroup = (address: string): string => {
  const plain = unmapped(address);
  return isIPv6(plain) && !isLoopback(plain) ? network(plain) : plain;
};
