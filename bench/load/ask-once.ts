import { connect } from 'node:net';

import { ResponseReader, type ResponseSoFar } from './response-reader.ts';

export interface Received extends ResponseSoFar {
  /** How the connection ended, seen from here; `open` when it was left open after a complete response. */
  readonly ended: 'open' | 'fin' | 'reset';
}

const withinMs = 10_000;

/**
 * One request on a connection of its own. Resolves when the response is complete or the server ends the connection, however it does so.
 * Rejects when there is no connection, when the response is not HTTP/1.1 and after ten seconds.
 */
export const askOnce = (port: number, request: Buffer): Promise<Received> =>
  new Promise((resolve, reject) => {
    const reader = new ResponseReader();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
    const settle = (how: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      how();
    };
    const end = (ended: Received['ended']): void => settle(() => resolve({ ...reader.soFar(), ended }));
    const fail = (error: Error): void => settle(() => reject(error));
    const timer = setTimeout(() => fail(new Error(`no end of the response within ${withinMs} ms`)), withinMs);
    socket.on('data', (bytes) => {
      try {
        if (reader.push(bytes)) end('open');
      } catch (error) {
        fail(error as Error);
      }
    });
    socket.on('end', () => end('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? end('reset') : fail(error)));
  });
