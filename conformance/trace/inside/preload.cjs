/* oxlint-disable typescript/unbound-method -- methods of Node's prototypes are replaced, and each original is called with its caller's `this` */
'use strict';

/**
 * Runs inside of the traced client's Node processes, before their own code (NODE_OPTIONS --require), and reports what they connect to. Plain
 * JavaScript without dependencies, for it is loaded by whatever Node the client runs on. Each report is one line appended to a file: that
 * needs no open handle and loses nothing when the process ends at once. It must never be what makes a client fail.
 */
const fs = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');
const dgram = require('node:dgram');
const { syncBuiltinESMExports } = require('node:module');

const settingsOf = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `file`: where reports go; `refuse`: what is not in `open` is kept from leaving the machine; `open`: the target, and what is allowed beside it. */
const settings = settingsOf(process.env.WIREPROOF_TRACE);
const loopback = /^(localhost|127(\.\d+){3}|::1|::ffff:127\.0\.0\.1)$/i;

const report = (seen) => {
  try {
    // A folder that is gone means that the tracer has ended; what lives on is not its business any more.
    fs.appendFileSync(settings.file, `${JSON.stringify({ pid: process.pid, ...seen })}\n`);
  } catch {
    // Nobody listens any more.
  }
};

const sameHost = (a, b) => a === b || (loopback.test(a) && loopback.test(b));

const isOpen = (host, port) =>
  loopback.test(host) || settings.open.some((each) => (each.port === 0 || each.port === port) && sameHost(each.host, host));

const refusal = (host, port) =>
  Object.assign(new Error(`connect ECONNREFUSED ${host}:${port} (wireproof trace lets nothing leave past the target)`), {
    code: 'ECONNREFUSED',
    errno: -111,
    syscall: 'connect',
    address: host,
    port,
  });

/** Where `socket.connect(...)` goes, whose arguments come in five forms; node itself passes them as one list. */
const placeOf = (args) => {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (first !== null && typeof first === 'object') return first;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first };
  return { port: first, host: typeof second === 'string' ? second : undefined };
};

const watchConnections = () => {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function watched(...args) {
    const { path, port, host } = placeOf(args);
    if (path !== undefined && path !== null) {
      report({ kind: 'local socket', to: String(path) });
      return connect.apply(this, args);
    }
    const name = String(host || 'localhost').toLowerCase();
    const number = Number(port);
    const stopped = settings.refuse && !isOpen(name, number);
    report({ kind: 'connection', host: name, port: number, refused: stopped });
    if (!stopped) return connect.apply(this, args);
    this.connecting = true;
    // Not at once: the request that wants the connection tells of itself when it has the socket.
    setImmediate(() => this.destroy(refusal(name, number)));
    return this;
  };
};

/** A client may have a server of its own; what it sends there is its own affair. */
const watchServers = () => {
  const listen = net.Server.prototype.listen;
  net.Server.prototype.listen = function watched(...args) {
    this.once('listening', () => {
      const address = this.address();
      if (address !== null && typeof address === 'object') report({ kind: 'listening', port: address.port });
    });
    return listen.apply(this, args);
  };
};

const watchDatagrams = () => {
  const { send, connect } = dgram.Socket.prototype;
  const told = new Set();
  const tell = (host, port) => {
    const stopped = settings.refuse && !isOpen(host, port);
    if (!told.has(`${host}:${port}`)) report({ kind: 'datagram', host, port, refused: stopped });
    told.add(`${host}:${port}`);
    return stopped;
  };
  const addressIn = (args) => {
    const at = typeof args[1] === 'number' && typeof args[2] === 'number' && typeof args[3] === 'number' ? 3 : 1;
    return typeof args[at] === 'number'
      ? { port: args[at], host: typeof args[at + 1] === 'string' ? args[at + 1] : 'localhost' }
      : undefined;
  };
  const answer = (args, error) => {
    const callback = args[args.length - 1];
    if (typeof callback === 'function') process.nextTick(callback, error);
  };
  dgram.Socket.prototype.send = function watched(...args) {
    const to = addressIn(args);
    if (to !== undefined && tell(to.host, to.port)) return answer(args, refusal(to.host, to.port));
    return send.apply(this, args);
  };
  dgram.Socket.prototype.connect = function watched(port, host, ...rest) {
    tell(typeof host === 'string' ? host : 'localhost', port);
    return connect.call(this, port, host, ...rest);
  };
};

const watchLookUps = () => {
  const wrap = (holder, name) => {
    const original = holder[name];
    if (typeof original !== 'function') return;
    const watched = function watched(host, ...rest) {
      if (typeof host === 'string' && net.isIP(host) === 0 && !loopback.test(host)) report({ kind: 'look-up', host });
      return original.call(this, host, ...rest);
    };
    // util.promisify(dns.lookup) goes by a property of the function.
    holder[name] = Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original));
  };
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveSrv', 'resolveTxt']) {
    wrap(dns, name);
    wrap(dns.promises, name);
  }
};

/** Which request goes over a connection: node's http and its fetch both tell. */
const watchRequests = () => {
  const channel = require('node:diagnostics_channel');
  const tell = (origin, method, path) => {
    try {
      const { hostname, port, protocol } = new URL(origin);
      const host = hostname.replace(/^\[|\]$/g, '');
      report({ kind: 'request', host, port: Number(port || (protocol === 'https:' ? 443 : 80)), method, path: String(path) });
    } catch {
      // What throws here would end the client.
    }
  };
  channel.subscribe('undici:request:create', ({ request }) => tell(String(request.origin), request.method, request.path));
  channel.subscribe('http.client.request.start', ({ request }) =>
    tell(`${request.protocol}//${request.getHeader('host') || request.host}`, request.method, request.path),
  );
};

if (settings !== undefined) {
  report({ kind: 'hello' });
  for (const watch of [watchConnections, watchServers, watchDatagrams, watchLookUps, watchRequests]) {
    try {
      watch();
    } catch {
      // An older Node lacks some of it; the rest still helps.
    }
  }
  syncBuiltinESMExports();
}
