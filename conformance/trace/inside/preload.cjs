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
const workers = require('node:worker_threads');
const { syncBuiltinESMExports } = require('node:module');

const settingsOf = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A thread may be given an environment of its own; what is handed down here goes to all threads. An older Node lacks it. */
const variable = 'WIREPROOF_TRACE';
const handedDown = () => {
  try {
    return workers.getEnvironmentData(variable);
  } catch {
    return undefined;
  }
};
const handDown = (text) => {
  try {
    workers.setEnvironmentData(variable, text);
  } catch {
    // Such threads are seen by their sockets alone.
  }
};

const settingsText = process.env[variable] || handedDown();
/** `file`: where reports go; `refuse`: what is not in `open` is kept from leaving the machine; `open`: the target, and what is allowed beside it. */
const settings = settingsOf(settingsText);
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

/** Where each socket was connected to. */
const places = new WeakMap();

const watchConnections = () => {
  const connect = net.Socket.prototype.connect;
  // Before it connects: whoever looks at the sockets of this process finds addresses that it has told of.
  function onLookUp(error, address) {
    const place = places.get(this);
    if (typeof address === 'string' && place !== undefined) report({ kind: 'address', host: address, port: place.port });
  }
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
    if (!places.has(this)) this.on('lookup', onLookUp);
    places.set(this, { host: name, port: number });
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
  /** As node tells its two forms apart: with a piece of the message between it and the port, or without. */
  const addressIn = ([, second, third, fourth, fifth]) => {
    const isPiece = Boolean(fifth) || (Boolean(fourth) && typeof fourth !== 'function');
    const [port, host] = isPiece ? [fourth, fifth] : [second, third];
    return Number(port) > 0 ? { port: Number(port), host: typeof host === 'string' && host !== '' ? host : 'localhost' } : undefined;
  };
  /** What it sends goes where it was connected to, and names no place of its own. */
  const isConnected = (socket) => {
    try {
      return socket.remoteAddress() !== undefined;
    } catch {
      return false;
    }
  };
  const callbackIn = (args) => args.filter((each) => typeof each === 'function').pop();
  dgram.Socket.prototype.send = function watched(...args) {
    const to = isConnected(this) ? undefined : addressIn(args);
    if (to === undefined || !tell(to.host, to.port)) return send.apply(this, args);
    const callback = callbackIn(args);
    if (callback !== undefined) process.nextTick(callback, refusal(to.host, to.port));
    return undefined;
  };
  dgram.Socket.prototype.connect = function watched(...args) {
    const to = addressIn([undefined, ...args]);
    if (to === undefined || !tell(to.host, to.port)) return connect.apply(this, args);
    const callback = callbackIn(args) || ((error) => this.emit('error', error));
    process.nextTick(callback, refusal(to.host, to.port));
    return undefined;
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
  const placeIn = (origin) => {
    const { hostname, port, protocol } = new URL(origin);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
  };
  /** The header `host` may say anything. It has the port where it names the host that is asked, inside of a tunnel. */
  const askedPlace = ({ protocol, host }, header) => {
    const said = placeIn(`${protocol}//${header || host}`);
    return sameHost(said.host, String(host).toLowerCase()) ? said : placeIn(`${protocol}//${net.isIPv6(host) ? `[${host}]` : host}`);
  };
  const tell = (place, { method, path }) => {
    try {
      report({ kind: 'request', ...place(), method, path: String(path) });
    } catch {
      // What throws here would end the client.
    }
  };
  channel.subscribe('undici:request:create', ({ request }) => tell(() => placeIn(String(request.origin)), request));
  channel.subscribe('http.client.request.start', ({ request }) =>
    tell(() => places.get(request.socket) || askedPlace(request, request.getHeader('host')), request),
  );
};

/** A thread with an environment of its own does not get NODE_OPTIONS, and with it not us. */
const watchThreads = () => {
  const withUs = (options) => {
    const { env, execArgv } = options || {};
    if (env === null || typeof env !== 'object') return options;
    return { ...options, execArgv: ['--require', __filename, ...(execArgv || process.execArgv)] };
  };
  workers.Worker = class Worker extends workers.Worker {
    constructor(program, options) {
      super(program, withUs(options));
    }
  };
};

if (settings !== undefined) {
  handDown(settingsText);
  report({ kind: 'hello' });
  for (const watch of [watchConnections, watchServers, watchDatagrams, watchLookUps, watchRequests, watchThreads]) {
    try {
      watch();
    } catch {
      // An older Node lacks some of it; the rest still helps.
    }
  }
  syncBuiltinESMExports();
}
