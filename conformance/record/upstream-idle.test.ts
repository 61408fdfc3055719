import { once } from 'node:events';
import { createServer, type AddressInfo, connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { UpstreamIdle } from './upstream-idle.ts';

/** What is told when the patience with a socket ends, and meanwhile this happens. */
const told = async (meanwhile: 'nothing' | 'bytes' | 'client' | 'restart' | 'release'): Promise<readonly string[]> => {
  const server = createServer((peer) => void peer.on('error', () => undefined));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(server, 'connection');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('data', () => undefined);
  const [peer] = await accepted;
  const calls: string[] = [];
  const idle = new UpstreamIdle(socket, {
    idleMs: 60_000,
    waitsForClient: () => meanwhile === 'client',
    onHung: () => void calls.push('hung'),
  });
  socket.emit('timeout');
  if (meanwhile === 'release') idle.release();
  if (meanwhile === 'restart') idle.restart();
  if (meanwhile === 'bytes') Object.defineProperty(socket, 'bytesRead', { value: 1 });
  await turn();
  await turn();
  calls.push(`${socket.timeout ?? 0} ms`);
  socket.destroy();
  peer.destroy();
  server.close();
  return calls;
};

describe('an upstream that says nothing', () => {
  it('hangs when nothing else is the matter', async () => {
    expect(await told('nothing')).toEqual(['hung', '60000 ms']);
  });

  it.each([
    ['what it says is there, and was not read yet', 'bytes'],
    ['the client is waited for', 'client'],
    ['the client goes on at this very moment', 'restart'],
  ] as const)('is waited for again when %s', async (_what, meanwhile) => {
    expect(await told(meanwhile)).toEqual(['60000 ms']);
  });

  it('is of no interest when its exchange is over', async () => {
    expect(await told('release')).toEqual(['0 ms']);
  });
});
