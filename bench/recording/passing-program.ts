// One of three ways to hand requests on to an upstream, as a program of its own: `pipe`, nothing but node:http on both sides; `pass`, the
// recorder's pass-through with nobody who keeps what it tells; `record`, with redaction and files.
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Placeholders } from '../../conformance/record/placeholders.ts';
import { startPassThrough } from '../../conformance/record/pass-through.ts';
import { type Outcome, Recorder } from '../../conformance/record/recorder.ts';

const [, , mode = 'pipe', port = '0', directory = '.'] = process.argv;
const upstream = `http://127.0.0.1:${port}`;

/** As contestants/child.mjs, which has no types: tells the port, what has been used when asked, and ends with the parent. */
const announce = (ownPort: number): void => {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage().rss });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port: ownPort });
};

const startPipe = async (): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });
  const server = createServer({ noDelay: true, keepAliveTimeout: 65_000 }, (req, res) => {
    const outgoing = request(`${upstream}${req.url ?? '/'}`, { method: req.method ?? 'GET', headers: req.headers, agent }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    outgoing.once('error', () => res.destroy());
    req.pipe(outgoing);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
};

const startRecorder = async (keeps: boolean): Promise<number> => {
  const refused = (outcome: Outcome): void => {
    if (outcome.kind === 'refused' && outcome.code !== 'too-large') throw new Error(JSON.stringify(outcome));
  };
  const placeholders = new Placeholders();
  const making = { upstream, tool: 'bench', allowed: new Set<string>(), dropContent: false, placeholders };
  const recorder = new Recorder({ ...making, directory, onOutcome: refused });
  const { url } = await startPassThrough({
    upstream,
    host: '127.0.0.1',
    port: 0,
    mostBytes: 8 * 1024 * 1024,
    idleMs: 120_000,
    plain: false,
    now: () => Date.now(),
    onCaptured: keeps ? recorder.take : () => undefined,
  });
  return Number(new URL(url).port);
};

announce(mode === 'pipe' ? await startPipe() : await startRecorder(mode === 'record'));
