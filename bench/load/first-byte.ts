import { connect, type Socket } from 'node:net';

import { type ExpectedAnswer, problemWith } from './answer-check.ts';
import { ResponseReader } from './response-reader.ts';

export interface FirstByteOptions {
  readonly port: number;
  readonly request: Buffer;
  readonly expected: ExpectedAnswer;
  readonly times: number;
  readonly signal: AbortSignal;
}

const withinMs = 10_000;

const askOn = (socket: Socket, { request, expected, signal }: FirstByteOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    const reader = new ResponseReader();
    let firstMs: number | undefined;
    const stop = (): void => {
      clearTimeout(timer);
      socket.removeAllListeners('data');
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const onAbort = (): void => fail(new Error('the run was stopped'));
    const timer = setTimeout(() => fail(new Error(`no answer within ${withinMs} ms`)), withinMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('data', (bytes) => {
      try {
        const complete = reader.push(bytes);
        if (reader.bytesSoFar > 0) firstMs ??= performance.now() - askedAt;
        if (!complete) return;
        const problem = problemWith(reader.soFar(), expected);
        if (problem !== undefined || firstMs === undefined) throw new Error(`wrong answer: ${problem ?? 'no body'}`);
        stop();
        resolve(firstMs);
      } catch (error) {
        fail(error as Error);
      }
    });
    const askedAt = performance.now();
    socket.write(request);
  });

/** One request after another on one connection: milliseconds until the first byte of each body. Every answer is checked. */
export const firstBytes = async (options: FirstByteOptions): Promise<readonly number[]> => {
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
  const lost = new Promise<never>((_, reject) => {
    socket.once('error', reject).once('close', () => reject(new Error('the server closed the connection')));
  });
  lost.catch(() => undefined); // raced below
  try {
    const all: number[] = [];
    for (let time = 0; time < options.times; time += 1) all.push(await Promise.race([askOn(socket, options), lost]));
    return all;
  } finally {
    socket.destroy();
  }
};
