import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Traces a client that runs on, and says where its reports are. */
const killedTracer = `
  import { traceClient } from ${JSON.stringify(fileURLToPath(new URL('trace-client.ts', import.meta.url)))};
  const client = 'console.log(JSON.parse(process.env.WIREPROOF_TRACE).file); setInterval(() => {}, 1000)';
  await traceClient({
    command: [process.execPath, '-e', client], target: new URL('http://127.0.0.1:9'), env: {}, cwd: '/', stdin: 'ignore',
    words: { out: 'inherit', err: 'inherit' }, give: false, letThrough: false, allow: [], lookAtSockets: false,
    signal: new AbortController().signal, now: () => performance.now(),
  });`;

/** Processes with this in their command line. */
const processesWith = (text: string): readonly string[] => {
  const commandOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return existsSync('/proc') ? readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(text)) : [];
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

  it('is kept from sending datagrams on a connected socket, and may send them where it may', async () => {
    const source = `
      const { createSocket } = require('node:dgram');
      const failed = (error) => console.log(error.code);
      createSocket('udp4').connect(443, '192.0.2.1', failed);
      createSocket('udp4').on('error', failed).connect(53, '192.0.2.1');
      createSocket('udp4').send('abc', 1, 1, 444, '192.0.2.1', failed);
      const [own, to] = [createSocket('udp4'), createSocket('udp4')];
      own.on('message', (said) => { console.log(String(said)); process.exit(); });
      own.bind(0, '127.0.0.1', () => to.connect(own.address().port, '127.0.0.1', () => to.send(Buffer.from('hello'), 1, 3)));`;
    const { out, summary } = await trace(node(source));
    expect(out).toBe(`${'ECONNREFUSED\n'.repeat(3)}ell\n`);
    const datagrams = summary.bypasses.filter(({ refused }) => refused).map(({ to }) => to);
    expect(new Set(datagrams)).toEqual(new Set(['192.0.2.1:443', '192.0.2.1:444', '192.0.2.1:53']));
    expect(summary.bypasses.filter(({ refused }) => !refused)).toHaveLength(1);
  });

  it('goes through also where it calls the target by another name', async () => {
    const source = `require('node:http').get(process.env.OPENAI_BASE_URL, { headers: { host: 'llm.example' } }, (answer) => answer.resume());`;
    const { summary } = await trace(node(source), { env: { OPENAI_BASE_URL: target.url } });
    expect([summary.verdict, summary.bypasses]).toEqual(['all through', []]);
  });

  it('may ask the target by an address that its name leads to', async () => {
    const { port } = target.address;
    // This machine, by an address that does not look like it.
    const { out, summary } = await trace(
      node(`fetch('http://0.0.0.0:${port}/v1/models').then((answer) => answer.text()).then(console.log)`),
      {
        target: new URL(`http://proxy.example:${port}`),
        lookUp: () => Promise.resolve(['0.0.0.0']),
      },
    );
    expect([out, summary.verdict, summary.requests]).toEqual(['target\n', 'all through', 1]);
  });

  it('is seen in threads that have an environment of their own', async () => {
    const thread = `fetch('${vendor.url}/thread')`;
    const { summary } = await trace(
      node(`new (require('node:worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true, env: {} })`),
    );
    expect(summary.bypasses.map(({ to, requests, seenBy }) => [to, requests, seenBy])).toEqual([
      [hostOf(vendor), ['GET /thread'], ['preload']],
    ]);
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

  it.each([
    ['', 'the client cannot be run: the name of the program is empty'],
    ['/dev/null/x', '/dev/null/x cannot be run: there is no such program'],
    ['/dev/null', '/dev/null cannot be run: it is no program, or one that may not be run'],
  ])('that is %j is no program, and told of too', async (program, message) => {
    await expect(trace([program])).rejects.toMatchObject({ code: 'usage', message });
  });

  const deaf = (first: string): readonly string[] => ['sh', '-c', `trap "" TERM; ${first}; while :; do sleep 1; done`];

  it('is ended for good when it does not heed that it is to end', async () => {
    const stop = new AbortController();
    const { ended } = await trace(deaf('echo ready'), {
      signal: stop.signal,
      words: { out: () => stop.abort('SIGTERM'), err: () => undefined },
    });
    expect(ended).toEqual({ signal: 'SIGKILL' });
  });

  it('is ended for good when its time is over, and it does not heed that', async () => {
    const { ended, out } = await trace(deaf('echo ready'), { withinMs: 2_000 });
    expect([ended, out]).toEqual([{ signal: 'SIGKILL', timedOut: true }, 'ready\n']);
  });

  it('leaves nothing that would not end by itself', async () => {
    const source = `
      const { spawn } = require('node:child_process');
      const stray = spawn('sh', ['-c', ${JSON.stringify(deaf('echo ready')[2])}], { stdio: ['ignore', 'pipe', 'ignore'] });
      stray.stdout.once('data', () => { console.log(stray.pid); process.exit(); });`;
    const { out } = await trace(node(source));
    const pid = Number(out);
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => alive(pid), { timeout: 20_000 }).toBe(false);
  });

  it('ends with its tracer, also when that is killed', async () => {
    const tracer = spawn(process.execPath, ['--import', 'tsx', '--conditions=wireproof-source', '--input-type=module', '-e', killedTracer]);
    const [said] = (await once(tracer.stdout, 'data')) as [Buffer];
    const file = said.toString().trim();
    expect(existsSync(file)).toBe(true);
    tracer.kill('SIGKILL');
    // The client, while it lives, holds the other end.
    await once(tracer.stdout.resume(), 'end');
    await expect.poll(() => existsSync(dirname(file)), { timeout: 20_000 }).toBe(false);
  });

  it('leaves no file behind', async () => {
    const { out } = await trace(node('console.log(JSON.parse(process.env.WIREPROOF_TRACE).file)'));
    expect(existsSync(out.trim())).toBe(false);
    expect(out).toContain('wireproof-trace-');
    expect((await readdir(tmpdir())).includes(basename(dirname(out.trim())))).toBe(false);
  });

  // Where there is no /proc, nobody is found.
  it('leaves nobody who watches over it', async () => {
    const { out } = await trace(node('console.log(JSON.parse(process.env.WIREPROOF_TRACE).file)'));
    const folder = dirname(out.trim());
    await expect.poll(() => processesWith(folder), { timeout: 20_000 }).toEqual([]);
  });

  it.runIf(existsSync('/proc/net/tcp'))('may go to a target with a name: its sockets have the address that this leads to', async () => {
    const held: Socket[] = [];
    const server = createTcpServer((socket) => void held.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { summary } = await trace(['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`], {
      target: new URL(`http://proxy.example:${port}`),
      lookUp: () => Promise.resolve(['127.0.0.1']),
      onSeen: () => held.splice(0).forEach((socket) => socket.end('bye')),
    });
    server.close();
    expect([summary.verdict, summary.unreadConnections]).toEqual(['all through', 1]);
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
