import { connect, type Socket } from 'node:net';

import type { Captured } from '../captured.ts';
import { type PassThrough, startPassThrough } from '../pass-through.ts';
import type { PassThroughOptions } from '../pass-through-options.ts';

export interface Capturing extends PassThrough {
  readonly captured: readonly Captured[];
  /** Resolves with the first so many. */
  readonly first: (count: number) => Promise<readonly Captured[]>;
  /** Sends bytes on a connection of their own. */
  readonly say: (bytes: string) => Socket;
}

/** A pass-through to this upstream, and what it has told so far. */
export const startCapturing = async (upstream: string, options: Partial<PassThroughOptions> = {}): Promise<Capturing> => {
  const captured: Captured[] = [];
  const waiting: (() => void)[] = [];
  const passThrough = await startPassThrough({
    upstream,
    host: '127.0.0.1',
    port: 0,
    mostBytes: 65_536,
    idleMs: 20_000,
    plain: false,
    now: () => 1_000,
    onCaptured: (one) => {
      captured.push(one);
      for (const look of waiting) look();
    },
    ...options,
  });
  return {
    ...passThrough,
    captured,
    first: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (captured.length >= count) resolve(captured.slice(0, count));
        };
        waiting.push(look);
        look();
      }),
    say: (bytes) => {
      const socket = connect(Number(new URL(passThrough.url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'));
      socket.on('error', () => undefined); // its end tells
      return socket;
    },
  };
};

/** All that comes until the connection ends. */
export const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (more: string) => {
      text += more;
    });
    socket.once('close', () => resolve(text));
  });
