import { setMaxListeners } from 'node:events';
import { connect } from 'node:net';

import { problemWithPaced, type SeenEvent } from './timed-events.ts';
import { TimedBytes } from './timed-bytes.ts';
import { pauseOf } from '../pause.ts';

export interface PacedLoadOptions {
  readonly port: number;
  /** A whole HTTP/1.1 request for a stream whose events say when they were sent. */
  readonly request: Buffer;
  readonly streams: number;
  /** Numbered events in every stream. */
  readonly events: number;
  /** The streams begin one after another over this time, so that what is measured is streams and not their beginning. */
  readonly beginWithinMs: number;
  /** How long a stream may take. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Called when all streams have begun; what it returns is waited for. */
  readonly whileAllRun: () => Promise<void>;
}

export interface PacedLoadResult {
  /** Milliseconds between the sending of each event and its arrival here, of those that arrived when all streams ran. */
  readonly transitMs: readonly number[];
  /** Per second, when all streams ran. */
  readonly eventsPerSecond: number;
  /** Of all streams, whenever they came. */
  readonly events: number;
}

interface Received {
  readonly seen: readonly SeenEvent[];
  readonly body: Buffer;
}

/** What is read is copied before the next read: one place for all connections, so that reading makes nothing that must be collected. */
const readInto = Buffer.alloc(65_536);

const readStream = ({ port, request, withinMs, signal }: PacedLoadOptions): Promise<Received> =>
  new Promise((resolve, reject) => {
    const received = new TimedBytes();
    const take = (length: number): boolean => {
      received.push(readInto.subarray(0, length), performance.now());
      try {
        const response = received.response();
        if (response?.status === 200) settle(() => resolve({ seen: received.events(), body: response.body }));
        else if (response !== undefined) fail(`status ${response.status}: ${response.body.toString('utf8', 0, 300)}`);
      } catch (error) {
        fail((error as Error).message);
      }
      return true;
    };
    const onread = { buffer: readInto, callback: take };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread }, () => socket.write(request));
    const settle = (how: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      how();
    };
    const fail = (why: string) => settle(() => reject(new Error(`${why}, after ${received.length} bytes`)));
    const timer = setTimeout(() => fail(`a stream did not end within ${withinMs} ms`), withinMs);
    const onAbort = (): void => fail('the run was stopped');
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('close', () => fail('the server closed the connection'));
    socket.on('error', ({ message }) => fail(message));
  });

/** Keeps many streams going at once and checks each of them. Rejects on the first that is not complete and right. */
export const pacedLoad = async (options: PacedLoadOptions): Promise<PacedLoadResult> => {
  const { streams, events, beginWithinMs, whileAllRun } = options;
  setMaxListeners(streams + 10, options.signal);
  const running: Promise<Received>[] = [];
  const begunAt = performance.now();
  for (let number = 0; number < streams; number += 1) {
    running.push(readStream(options));
    running.at(-1)?.catch(() => undefined); // told below
    const aheadMs = begunAt + ((number + 1) * beginWithinMs) / streams - performance.now();
    if (aheadMs >= 1) await pauseOf(aheadMs);
  }
  const from = process.hrtime.bigint();
  await Promise.race([whileAllRun(), Promise.all(running)]);
  const to = process.hrtime.bigint();
  const received = await Promise.all(running);
  for (const { seen, body } of received) {
    const problem = problemWithPaced(seen, body, events);
    if (problem !== undefined) throw new Error(problem);
  }
  const inWindow = received.flatMap(({ seen }) => seen).filter(({ at }) => at >= from && at <= to);
  return {
    transitMs: inWindow.map(({ at, sentAt }) => Number(at - sentAt) / 1e6),
    eventsPerSecond: inWindow.length / (Number(to - from) / 1e9),
    events: streams * events,
  };
};
