import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { judgeTrace } from './judge-trace.ts';
import { listenOnLoopback, type Listening } from './listen.ts';
import type { Seen } from './seen.ts';
import { traceClient, type TraceOptions } from './trace-client.ts';

let target: Listening;
let vendor: Listening;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  target = await listenOnLoopback(createServer((_incoming, response) => response.end('target')));
  vendor = await listenOnLoopback(createServer((_incoming, response) => response.end('vendor')));
  closing.push(target.close, vendor.close);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const shellPath = process.env['PATH'] ?? '/usr/bin:/bin';

const trace = async (command: readonly string[], more: Partial<TraceOptions> = {}) => {
  const said = { out: '', err: '' };
  const result = await traceClient({
    command,
    target: new URL(target.url),
    env: { PATH: shellPath },
    cwd: tmpdir(),
    words: { out: (text) => void (said.out += text), err: (text) => void (said.err += text) },
    stdin: 'ignore',
    give: false,
    letThrough: false,
    allow: [],
    lookAtSockets: true,
    withinMs: 60_000,
    signal: new AbortController().signal,
    now: () => performance.now(),
    ...more,
  });
  return { ...result, ...said, summary: judgeTrace(result) };
};

const node = (source: string): readonly string[] => [process.execPath, '-e', source];
const short = ({ kind, to, verdict, by, method, path, status, refused }: Seen) =>
  [by, kind, verdict, method, path, status, refused === true ? `${to} refused` : to].filter((part) => part !== undefined).join(' ');
const hostOf = ({ url }: Listening): string => new URL(url).host;
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a Node client', () => {
  const asking =
    'fetch(`${process.env.OPENAI_BASE_URL ?? process.env.VENDOR}/chat/completions`, { method: "POST", body: "{}" }).then((answer) => answer.text()).then(console.log)';

  it('goes through when its environment names the target', async () => {
    const { seen, out, summary, ended } = await trace(node(asking), { env: { OPENAI_BASE_URL: `${target.url}/v1` } });
    expect([out, ended]).toEqual(['target\n', { code: 0 }]);
    expect(seen.map(short)).toEqual([`relay request through POST /v1/chat/completions 200 ${hostOf(target)}`]);
    expect([summary.verdict, summary.modelCalls, summary.hints]).toEqual(['all through', 1, []]);
  });

  it('goes past it when the environment names another place, and that place is named', async () => {
    const { out, summary } = await trace(node(asking), { env: { OPENAI_BASE_URL: `${vendor.url}/v1` } });
    expect(out).toBe('vendor\n');
    expect([summary.verdict, summary.bypasses]).toEqual([
      'bypassed',
      [{ to: hostOf(vendor), connections: 1, datagrams: 0, requests: ['POST /v1/chat/completions'], refused: false, seenBy: ['preload'] }],
    ]);
    expect(summary.hints[0]).toBe(`OPENAI_BASE_URL names ${vendor.url}, not the target`);
  });

  it('goes through when it has the address of the target from elsewhere, straight or by the forward proxy', async () => {
    const source = `
      const { connect } = require('node:net');
      const proxy = new URL(process.env.HTTP_PROXY);
      fetch('http://${hostOf(target)}/v1/messages', { method: 'POST' }).then(async (answer) => {
        await answer.text();
        const socket = connect(proxy.port, proxy.hostname);
        socket.write('CONNECT ${hostOf(target)} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n');
        socket.once('data', () => socket.resume().write('GET /v1/models HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'));
      });`;
    const { seen, summary } = await trace(node(source));
    expect(new Set(seen.map(short))).toEqual(
      new Set([
        `preload connection through ${hostOf(target)}`,
        `preload request through POST /v1/messages ${hostOf(target)}`,
        `relay request through GET /v1/models 200 ${hostOf(target)}`,
      ]),
    );
    expect([summary.verdict, summary.requests, summary.unreadConnections]).toEqual(['all through', 2, 0]);
  });

  it('gets the address that it lacks when that is wanted', async () => {
    const env = { VENDOR: vendor.url };
    expect((await trace(node(asking), { env })).summary.verdict).toBe('bypassed');
    expect((await trace(node(asking), { env, give: true })).summary.verdict).toBe('all through');
  });

  it('is kept from leaving the machine, whatever it connects with', async () => {
    const source = `
      const failed = (error) => console.log(error.code ?? error.cause.code);
      require('node:https').get('https://vendor.invalid/x').on('error', failed);
      require('node:net').connect(80, '192.0.2.1').on('error', failed);
      const datagrams = require('node:dgram').createSocket('udp4');
      datagrams.send('x', 443, '192.0.2.1', (error) => { failed(error); datagrams.close(); });
      import('node:tls').then(({ connect }) => connect({ host: 'vendor.invalid', port: 8443 }).on('error', failed));`;
    const { out, summary } = await trace(node(source));
    expect(out).toBe('ECONNREFUSED\n'.repeat(4));
    const places = summary.bypasses.map(({ to, connections, datagrams, requests, refused }) => [
      to,
      connections,
      datagrams,
      requests,
      refused,
    ]);
    expect(new Set(places.map((place) => JSON.stringify(place)))).toEqual(
      new Set(
        [
          ['192.0.2.1:443', 0, 1, [], true],
          ['192.0.2.1:80', 1, 0, [], true],
          ['vendor.invalid:443', 1, 0, ['GET /x'], true],
          ['vendor.invalid:8443', 1, 0, [], true],
        ].map((place) => JSON.stringify(place)),
      ),
    );
  });

  it('may reach what is allowed, and a server of its own', async () => {
    const source = `
      const { createServer, get } = require('node:http');
      const own = createServer((_, response) => response.end('own')).listen(0, () =>
        get({ port: own.address().port }, (answer) => answer.resume().on('end', () => { own.close(); fetch(process.env.VENDOR).then((told) => told.text()); })));`;
    const { summary, seen } = await trace(node(source), { env: { VENDOR: vendor.url }, allow: [vendor.address] });
    expect([summary.bypasses, summary.allowed]).toEqual([[], [hostOf(vendor)]]);
    expect(
      seen
        .filter(({ verdict }) => verdict === 'noted')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['connection', 'request']);
    expect(summary.verdict).toBe('nothing seen');
  });

  it('is seen in the processes that it forks, and to its last moment', async () => {
    const source = `
      const { spawnSync } = require('node:child_process');
      spawnSync(process.execPath, ['-e', 'fetch(process.env.VENDOR + "/forked"); setImmediate(() => process.exit())'], { stdio: 'inherit' });
      process.exit(3);`;
    const { ended, summary } = await trace(node(source), { env: { VENDOR: vendor.url } });
    expect([ended, summary.bypasses.map(({ to, requests }) => [to, requests])]).toEqual([{ code: 3 }, [[hostOf(vendor), ['GET /forked']]]]);
  });

  it('keeps the options that its user gives to Node', async () => {
    const { out } = await trace(node('console.log(process.execArgv.length, process.env.NODE_OPTIONS.split(" --require")[0])'), {
      env: { NODE_OPTIONS: '--no-deprecation' },
    });
    expect(out).toBe('2 --no-deprecation\n');
  });
});

describe('any client', () => {
  it('is ended with all that it started, also where that went away from it', async () => {
    const source = `
      const { spawn } = require('node:child_process');
      const options = { stdio: 'ignore' };
      const own = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
      const away = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { ...options, detached: true });
      console.log(own.pid, away.pid);
      process.exit();`;
    const { out, leftBehind } = await trace(node(source));
    const pids = out.trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    expect(pids.map(alive)).toEqual(existsSync('/proc/self/stat') ? [false, false] : [false, true]);
    expect(leftBehind).toBe(existsSync('/proc/self/stat') ? 2 : 0);
  });

  it('gets the signal, and may end as it likes', async () => {
    const stop = new AbortController();
    const running = trace(node('process.on("SIGINT", () => process.exit(7)); setInterval(() => {}, 1000); fetch(process.env.AT)'), {
      env: { AT: `${target.url}/ready` },
      signal: stop.signal,
      onSeen: ({ kind }) => kind === 'request' && stop.abort('SIGINT'),
    });
    expect((await running).ended).toEqual({ code: 7 });
  });

  it('is ended when its time is over', async () => {
    const { ended } = await trace(node('setInterval(() => {}, 1000)'), { withinMs: 1 });
    expect(ended).toEqual({ signal: 'SIGTERM', timedOut: true });
  });

  it('that is not there is told of', async () => {
    await expect(trace(['wireproof-no-such-program'])).rejects.toMatchObject({
      code: 'usage',
      message: 'wireproof-no-such-program cannot be run: there is no such program',
    });
  });

  it('leaves no file behind', async () => {
    const { out } = await trace(node('console.log(JSON.parse(process.env.WIREPROOF_TRACE).file)'));
    expect(existsSync(out.trim())).toBe(false);
    expect(out).toContain('wireproof-trace-');
    expect((await readdir(tmpdir())).includes(out.trim().split('/').at(-2) ?? '')).toBe(false);
  });

  // Needs what only Linux has; elsewhere the summary says that nobody looks.
  it.runIf(existsSync('/proc/net/tcp'))('is seen by its sockets when it heeds nothing else', async () => {
    const held: Socket[] = [];
    const server = createTcpServer((socket) => void held.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { summary, ended } = await trace(['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`], {
      onSeen: () => held.splice(0).forEach((socket) => socket.end('bye')),
    });
    server.close();
    const bypass = { to: `127.0.0.1:${port}`, connections: 1, datagrams: 0, requests: [], refused: false, seenBy: ['sockets'] };
    expect([ended, summary.bypasses]).toEqual([{ code: 0 }, [bypass]]);
  });
});
