import { once } from 'node:events';
import { createServer } from 'node:net';

import { expect, it } from 'vitest';

import { steadyPort } from './steady-port.ts';

it('is free, and none that a system gives away by itself', async () => {
  const port = await steadyPort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_000);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
});
