import { Resolver } from 'node:dns/promises';

import { expect, it } from 'vitest';

import { nameIn, startNameServer } from './name-server.ts';

it('knows no name and notes each that it is asked', async () => {
  const server = await startNameServer(0);
  try {
    const resolver = new Resolver({ tries: 1 });
    resolver.setServers([`127.0.0.1:${server.port}`]);
    await expect(resolver.resolve4('API.Example.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve6('b.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(server.asked()).toEqual(['api.example.test', 'b.test']);
  } finally {
    await server.close();
  }
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a header alone', Buffer.alloc(12, 1).subarray(0, 12)],
  ['a label without an end', Buffer.concat([Buffer.alloc(12), Buffer.from([5, 97])])],
  ['a pointer', Buffer.concat([Buffer.alloc(12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])],
])('%s is no question', (_what, bytes) => {
  expect(nameIn(bytes)).toBeUndefined();
});
