/**
 * Loaded before every file of the unit tests (vitest.config.ts): a connection that would leave this machine is refused before anything is
 * asked of the network, names included, and the test in which it was tried fails, also when the code under test swallows the error.
 *
 * It stands where all connections of a thread begin, `Socket.connect` of node:net: built-in fetch, node:http however it is imported, undici,
 * TLS and plain sockets. nock's own guard sees neither undici nor named imports of node:http, and may not share a process with msw (issue 9).
 * Not seen: programs and worker threads that a test starts, datagrams, and whoever asks node:dns without connecting.
 */
import net from 'node:net';

import { afterAll, afterEach } from 'vitest';

/** Addresses of this machine, and of nobody: a socket that is told to connect to "any" connects to itself. */
const stays = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3}|0\.0\.0\.0|::)$/i;

/** Host and port of what `Socket.connect` was called with; nothing where it is a path, or no address at all. */
const addressOf = (args: readonly unknown[]): { readonly host: string; readonly port: string } | undefined => {
  const [first, second] = args;
  // `net.connect` hands its own arguments on as one list.
  if (Array.isArray(first)) return addressOf(first);
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first)))
    return { host: typeof second === 'string' ? second : 'localhost', port: String(first) };
  if (typeof first !== 'object' || first === null || !('port' in first)) return undefined;
  if ('path' in first && typeof first.path === 'string') return undefined;
  return { host: 'host' in first && typeof first.host === 'string' ? first.host : 'localhost', port: String(first.port) };
};

const refused: string[] = [];

/** Of one test at a time: who comes next starts anew. */
const failIfRefused = (): void => {
  const all = refused.splice(0);
  if (all.length > 0) throw new Error(`a unit test must not leave this machine, and one tried to connect to ${all.join(', ')}`);
};

// oxlint-disable-next-line typescript/unbound-method -- called with the socket that it was called on
const connect = net.Socket.prototype.connect;

/** By RFC 6761 nobody has such a name, and nobody needs to be asked for it. */
const hasNoAddress = /\.invalid\.?$/i;

const notFound = (host: string): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host });

const mustNotLeave = (to: string): Error => {
  refused.push(to);
  return Object.assign(new Error(`no connection to ${to}: a unit test must not leave this machine`), { code: 'ENETUNREACH' });
};

const guarded = function (this: net.Socket, ...args: Parameters<typeof connect>): net.Socket {
  const address = addressOf(args);
  if (address === undefined || stays.test(address.host)) return Reflect.apply(connect, this, args);
  const { host, port } = address;
  const error = hasNoAddress.test(host) ? notFound(host) : mustNotLeave(`${host}:${port}`);
  // A name that cannot be looked up fails as late, and in the same way, as a network that cannot be reached.
  const lookup: net.LookupFunction = (_name, _options, done) => done(error, '');
  return Reflect.apply(connect, this, [{ port: 1, host: 'refused.invalid', lookup }]);
};

net.Socket.prototype.connect = guarded as typeof connect;
afterEach(failIfRefused);
afterAll(failIfRefused);
