import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

import { type ExpectedAnswer, problemWith } from './answer-check.ts';
import { ResponseReader } from './response-reader.ts';

export interface LoadOptions {
  readonly port: number;
  /** A whole HTTP/1.1 request that leaves the connection open. */
  readonly request: Buffer;
  readonly expected: ExpectedAnswer;
  /** Each sends its next request when the answer to the last one is complete and checked. */
  readonly connections: number;
  readonly forMs: number;
  readonly signal: AbortSignal;
}

export interface LoadResult {
  /** All of them checked. */
  readonly answers: number;
  readonly events: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  /** Share of the time in which the load generator was busy; near 1 the figures are its own and not the server's. */
  readonly generatorBusy: number;
}

/** How long after its time a load may take to get its last answers. */
const graceMs = 10_000;

interface Tally {
  readonly latenciesMs: number[];
  readonly stopAt: number;
}

const drive = (socket: Socket, { request, expected }: LoadOptions, tally: Tally): Promise<void> =>
  new Promise((resolve, reject) => {
    const reader = new ResponseReader();
    let askedAt = 0;
    const ask = (): void => {
      askedAt = performance.now();
      socket.write(request);
    };
    const onAnswer = (): void => {
      const problem = problemWith(reader.soFar(), expected);
      if (problem !== undefined) throw new Error(`wrong answer after ${tally.latenciesMs.length} right ones: ${problem}`);
      const now = performance.now();
      tally.latenciesMs.push(now - askedAt);
      reader.reset();
      if (now < tally.stopAt) return ask();
      resolve();
    };
    socket.on('data', (bytes) => {
      try {
        if (reader.push(bytes)) onAnswer();
      } catch (error) {
        reject(error);
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection')));
    socket.once('connect', ask);
  });

const boundBy = (sockets: readonly Socket[], { forMs, signal }: LoadOptions): (() => void) => {
  const end = (why: string) => () => sockets.forEach((socket) => socket.destroy(new Error(why)));
  const timer = setTimeout(end(`no end ${graceMs} ms after the time of the load`), forMs + graceMs);
  const onAbort = end('the run was stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    sockets.forEach((socket) => socket.destroy());
  };
};

/**
 * Keeps `connections` requests going for `forMs` and checks every answer.
 * Rejects on the first wrong one, on a lost connection, and when the last answers do not come within ten seconds.
 */
export const closedLoop = async (options: LoadOptions): Promise<LoadResult> => {
  const before = performance.eventLoopUtilization();
  const startedAt = performance.now();
  const tally: Tally = { latenciesMs: [], stopAt: startedAt + options.forMs };
  const sockets = Array.from({ length: options.connections }, () => connect({ port: options.port, host: '127.0.0.1', noDelay: true }));
  const release = boundBy(sockets, options);
  try {
    await Promise.all(sockets.map((socket) => drive(socket, options, tally)));
  } finally {
    release();
  }
  const answers = tally.latenciesMs.length;
  return {
    answers,
    events: answers * options.expected.events,
    seconds: (performance.now() - startedAt) / 1_000,
    latenciesMs: tally.latenciesMs,
    generatorBusy: performance.eventLoopUtilization(before).utilization,
  };
};
