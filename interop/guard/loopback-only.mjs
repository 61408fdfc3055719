/**
 * Loaded before a suite of somebody else: connections go to this machine or nowhere. Each attempt to leave it fails as if there were no
 * network, and its address is noted in the file that WIREPROOF_GUARD_LOG names. No other program can be started, unless
 * WIREPROOF_GUARD_PROGRAMS is "allowed".
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const log = process.env.WIREPROOF_GUARD_LOG ?? '';
const isLoopback = (host) => host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));

const refusal = (what) => {
  if (log !== '') appendFileSync(log, `${what}\n`);
  return Object.assign(new Error(`kept from leaving this machine: ${what}`), { code: 'ENETUNREACH' });
};

/** The options of any of the forms that `connect` takes; net itself hands over a list of options and callback. */
const optionsOf = ([first, second]) => {
  const value = Array.isArray(first) ? first[0] : first;
  if (typeof value === 'object' && value !== null) return value;
  return { port: value, host: typeof second === 'string' ? second : 'localhost' };
};

// oxlint-disable-next-line typescript/unbound-method -- called below with the socket that it was asked of
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectInside(...args) {
  const { host = 'localhost', port, path } = optionsOf(args);
  const isFile = typeof path === 'string'; // agents also say null
  if (!isFile && isLoopback(host)) return connect.apply(this, args);
  const refused = refusal(isFile ? path : `${host}:${port}`);
  // As a network fails: later, when whoever connects listens for it.
  setImmediate(() => this.destroy(refused));
  return this;
};

for (const owner of [dns, dns.promises]) {
  const { lookup } = owner;
  owner.lookup = (host, ...rest) => {
    if (isLoopback(host)) return lookup.call(owner, host, ...rest);
    const error = refusal(`lookup of ${host}`);
    const callback = rest.at(-1);
    return typeof callback === 'function' ? callback(error) : Promise.reject(error);
  };
}

dgram.Socket.prototype.send = () => {
  throw refusal('a datagram');
};

const starters = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];
for (const name of process.env.WIREPROOF_GUARD_PROGRAMS === 'allowed' ? [] : starters) {
  childProcess[name] = (program) => {
    throw refusal(`the program ${program}`);
  };
}
syncBuiltinESMExports();
