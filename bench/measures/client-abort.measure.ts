import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { quantile } from '../statistics.ts';
import { within } from '../within.ts';
import { figure, medianOf } from '../wording.ts';

/** How soon the upstream's work ends when a client leaves in the middle of a stream. One process sees both ends, so one clock tells. */

const goalMs = 50;
/** A proxy that holds on for longer has not passed it on at all. */
const goneWithinMs = 10_000;
const startWithinMs = 30_000;

interface Upstream {
  readonly baseUrl: string;
  /** Resolves with the time at which the connection of the oldest open answer was gone. */
  readonly nextGone: () => Promise<number>;
  readonly close: () => void;
}

const chunk = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }] })}\n\n`;

/** Answers with an event at once and then nothing: only the leaving ends it. */
const startUpstream = async (): Promise<Upstream> => {
  let tell: (at: number) => void = () => undefined;
  const begin = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk);
    response.once('close', () => tell(performance.now()));
  };
  const server = createServer((incoming, response) => void incoming.resume().on('end', () => begin(response)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    nextGone: () => new Promise((resolve) => (tell = resolve)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const startProxy = async (
  { children, env, root, scratchDir }: MeasureContext,
  baseUrl: string,
): Promise<{ port: number; stop: () => Promise<void> }> => {
  const config = join(scratchDir, 'client-abort.yaml');
  const entry = { name: 'up', 'base-url': baseUrl, 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] };
  writeFileSync(config, JSON.stringify({ port: 0, 'openai-compatibility': [entry] }));
  let listening: (port: number) => void = () => undefined;
  const found = new Promise<number>((resolve) => (listening = resolve));
  let text = '';
  const program = children.start({
    command: ['node', join(root, 'dist', 'proxy', 'main.js'), config],
    env,
    onOutput: (piece) => {
      text += piece;
      const [, port] = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      if (port !== undefined) listening(Number(port));
    },
  });
  const early = program.ended.then((code) => {
    throw new Error(`the proxy ended with ${code}: ${program.lastWords()}`);
  });
  early.catch(() => undefined);
  const port = await within(startWithinMs, Promise.race([found, early]), 'the line that says where the proxy listens');
  return { port, stop: () => program.stop() };
};

const asks = {
  'same dialect': { path: '/v1/chat/completions', body: { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] } },
  translated: { path: '/v1/messages', body: { model: 'm', stream: true, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] } },
} as const;

/** Milliseconds from the client's leaving, after its first piece of the answer, to the end of the upstream's connection. */
const leaveOnce = async (port: number, way: keyof typeof asks, upstream: Upstream): Promise<number> => {
  const { path, body } = asks[way];
  const gone = upstream.nextGone();
  const asking = request({ host: '127.0.0.1', port, path, method: 'POST', headers: { 'content-type': 'application/json' }, agent: false });
  asking.on('error', () => undefined);
  asking.end(JSON.stringify(body));
  const [answer] = (await within(goneWithinMs, once(asking, 'response'), `${way}: an answer`)) as [
    NodeJS.ReadableStream & { statusCode?: number; on: (name: 'error', act: () => void) => unknown },
  ];
  if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`);
  answer.on('error', () => undefined);
  await within(goneWithinMs, once(answer, 'data'), `${way}: the first piece of a stream`);
  const leftAt = performance.now();
  asking.destroy();
  return (await within(goneWithinMs, gone, `${way}: the end of the connection to the upstream, after the client had left,`)) - leftAt;
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const upstream = await startUpstream();
  const times = context.quick ? 50 : 500;
  const rows: string[][] = [];
  const worst: number[] = [];
  let proxy: Awaited<ReturnType<typeof startProxy>> | undefined;
  try {
    proxy = await startProxy(context, upstream.baseUrl);
    for (const way of ['same dialect', 'translated'] as const) {
      const took: number[] = [];
      for (let n = 0; n < times; n += 1) {
        context.signal.throwIfAborted();
        took.push(await leaveOnce(proxy.port, way, upstream));
      }
      rows.push([way, String(times), medianOf(took, 'ms'), `${figure(quantile(took, 0.99))} ms`]);
      worst.push(...took);
    }
  } finally {
    await proxy?.stop();
    upstream.close();
  }
  const slowest = Math.max(...worst);
  return {
    tables: [
      {
        caption: 'From the client’s leaving to the end of the upstream’s connection',
        head: ['stream', 'times', 'median (min–max)', 'p99'],
        rows,
      },
    ],
    goals: [
      {
        what: 'client abort reaches the upstream, slowest of all',
        goal: `≤ ${goalMs} ms`,
        measured: `${figure(slowest)} ms`,
        met: slowest <= goalMs,
        kind: 'speed',
      },
    ],
    notes: ['One client at a time, on connections of its own; upstream and client are one process, the proxy another.'],
  };
};

export const measure: Measure = { name: 'client-abort', title: 'A client that leaves ends the upstream’s work', order: 5, run };
