import { createServer } from 'node:net';

import { askOnce } from '../load/ask-once.ts';
import type { MeasureContext } from '../measure.ts';
import type { ClientDialect, Gateway, Place } from './gateways.ts';
import { cpuMicrosOf, forgetPeakOf, peakRssBytesOf, rssBytesOf } from './process-tree.ts';
import type { Upstream } from './upstream.ts';
import { pauseOf } from '../pause.ts';

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly port: number;
  /** From the start of its process to the end of its first right answer. */
  readonly startMs: number;
  /** A whole HTTP/1.1 request to it. */
  readonly request: (dialect: ClientDialect, body: string) => Buffer;
  /** Of its process and those it started, so far. */
  readonly cpuMicros: () => number;
  readonly rssBytes: () => number;
  readonly peakRssBytes: () => number;
  readonly forgetPeak: () => void;
  readonly pid: number;
  readonly ended: Promise<number>;
  readonly stop: () => Promise<void>;
}

const startWithinMs = 30_000;
const betweenTriesMs = 3;

/** One that nobody listens on just now. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

const paths: Readonly<Record<ClientDialect, string>> = { 'openai-chat': '/v1/chat/completions', 'anthropic-messages': '/v1/messages' };

const requestTo = (port: number, headers: Readonly<Record<string, string>>, dialect: ClientDialect, body: string): Buffer => {
  const version = dialect === 'anthropic-messages' ? { 'anthropic-version': '2023-06-01' } : {};
  const all = { 'content-type': 'application/json', ...version, ...headers, 'content-length': Buffer.byteLength(body) };
  const head = [
    `POST ${paths[dialect]} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
};

/** Asks until it is listened to. Throws when the first answer is not a 200, or there is none in time. */
const firstAnswer = async (label: string, port: number, request: Buffer, ended: () => boolean): Promise<void> => {
  const until = performance.now() + startWithinMs;
  for (;;) {
    try {
      const { status, complete, body } = await askOnce(port, request);
      if (status === 200 && complete) return;
      throw new Error(`${label} gave ${status} to the first request: ${body.toString('utf8', 0, 300)}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      if (ended()) throw new Error(`${label} ended before it listened`, { cause: error });
      if (performance.now() > until) throw new Error(`${label} does not listen within ${startWithinMs} ms`, { cause: error });
    }
    await pauseOf(betweenTriesMs);
  }
};

export interface FirstRequest {
  readonly dialect: ClientDialect;
  readonly body: (gateway: Gateway) => string;
}

/** Starts one in a process of its own, with what it prints thrown away, and awaits its first 200. */
export const startGateway = async (
  gateway: Gateway,
  upstream: Upstream,
  first: FirstRequest,
  { children, env, root, scratchDir }: MeasureContext,
  prefix: readonly string[],
): Promise<RunningGateway> => {
  const place: Place = { root, scratchDir, port: await freePort(), upstreamUrl: upstream.url };
  const command = [...prefix, ...gateway.command(place)];
  const program = children.start({ command, env: { ...env, NODE_ENV: 'production' }, discardsOutput: true });
  let ended = false;
  void program.ended.then(() => (ended = true));
  const request = (dialect: ClientDialect, body: string): Buffer => requestTo(place.port, gateway.headers(place), dialect, body);
  try {
    await firstAnswer(gateway.label, place.port, request(first.dialect, first.body(gateway)), () => ended);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return {
    gateway,
    port: place.port,
    startMs: performance.now() - program.startedAt,
    request,
    cpuMicros: () => cpuMicrosOf(program.pid),
    rssBytes: () => rssBytesOf(program.pid),
    peakRssBytes: () => peakRssBytesOf(program.pid),
    forgetPeak: () => forgetPeakOf(program.pid),
    pid: program.pid,
    ended: program.ended,
    stop: program.stop,
  };
};
