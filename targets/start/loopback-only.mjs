/**
 * Loaded before a gateway under test (`node --import`): its connections go to this machine or nowhere. Each attempt to leave it fails as if
 * there were no network, and is told on stderr. No other program can be started. So a wrong setting cannot reach a real vendor.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const isLoopback = (host) => host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));

const refusal = (what) => {
  process.stderr.write(`kept from leaving this machine: ${what}\n`);
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
  if (path === undefined && isLoopback(host)) return connect.apply(this, args);
  return this.destroy(refusal(path ?? `${host}:${port}`));
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

for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  childProcess[name] = (program) => {
    throw refusal(`the program ${program}`);
  };
}
syncBuiltinESMExports();
