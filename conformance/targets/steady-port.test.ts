import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

import { describe, expect, it } from 'vitest';

import { steadyPort, whenFree } from './steady-port.ts';

it('is free, and none that a system gives away by itself', async () => {
  const port = await steadyPort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_000);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
});

it('is nobody else’s who asks at the same time', async () => {
  const ports = await Promise.all(Array.from({ length: 300 }, steadyPort));
  expect(new Set(ports).size).toBe(300);
});

const listening = async (port: number): Promise<Server> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const closed = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};

describe('a server whose port was in use a moment ago', () => {
  it('waits while somebody else has it', async () => {
    const port = await steadyPort();
    const holder = await listening(port);
    let tries = 0;
    const serve = async (): Promise<Server> => {
      tries += 1;
      try {
        return await listening(port);
      } catch (cause) {
        if (tries === 2) await closed(holder);
        // As the reference proxy says it.
        throw Object.assign(new Error('expected a free address', { cause }), { code: 'config-invalid' });
      }
    };
    await closed(await whenFree(serve, 60_000));
    expect(tries).toBe(3);
  });

  it.each([
    ['stays taken', Object.assign(new Error('taken'), { code: 'EADDRINUSE' }), 0],
    ['cannot be had for another reason', Object.assign(new Error('rights'), { code: 'EACCES' }), 60_000],
    ['is not what is wrong', new Error('the file is a directory'), 60_000],
  ])('says what is wrong when it %s', async (_, error, withinMs) => {
    let tries = 0;
    const serve = (): Promise<never> => {
      tries += 1;
      return Promise.reject(error);
    };
    await expect(whenFree(serve, withinMs)).rejects.toBe(error);
    expect(tries).toBe(1);
  });
});
