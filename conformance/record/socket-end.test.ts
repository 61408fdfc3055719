import { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { SocketEnd } from './socket-end.ts';

/** Whether a connection that ended with this error was torn down. */
const isReset = (code: string): boolean => {
  const socket = new Socket();
  socket.on('error', () => undefined);
  const end = new SocketEnd(socket);
  socket.emit('error', Object.assign(new Error(code), { code }));
  return end.reset;
};

describe('the end of a socket', () => {
  it.each(['ECONNRESET', 'EPIPE'])('is a reset after %s', (code) => {
    expect(isReset(code)).toBe(true);
  });

  it('is none after another error', () => {
    expect(isReset('ETIMEDOUT')).toBe(false);
  });

  it('is not looked at when the socket serves another exchange', () => {
    const socket = new Socket();
    const end = new SocketEnd(socket);
    end.release();
    expect(socket.listenerCount('error')).toBe(0);
  });
});
