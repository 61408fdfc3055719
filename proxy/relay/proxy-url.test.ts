import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import { answer, startMockUpstream } from '#fixtures/index';
import type { MockUpstream } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

/** An HTTP proxy on the way to the upstream: it sees CONNECT, and the credentials that are meant for it. */

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

let tunnels: string[];
let tunnel: Server;
let apps: FastifyInstance[];
beforeEach(async () => {
  tunnels = [];
  apps = [];
  tunnel = createServer();
  tunnel.on('connect', ({ url = '', headers }, client) => {
    tunnels.push(`${url} ${headers['proxy-authorization'] ?? '-'}`);
    const [host = '', port = ''] = url.split(':');
    const further = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      further.pipe(client).pipe(further);
    });
    for (const end of [further, client]) end.on('error', () => undefined);
  });
  await once(tunnel.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  tunnel.closeAllConnections();
  tunnel.close();
});

const token = `wpt_${'proxyurl'.padStart(16, '0')}`;

const ask = async (config: object, keyEntry: object = {}): Promise<number> => {
  const app = await buildProxy({
    config: {
      ...config,
      'openai-compatibility': [
        {
          name: 'up',
          'base-url': upstream.baseUrl('openai-chat'),
          'api-key-entries': [{ 'api-key': 'k', ...keyEntry }],
          models: [{ name: 'm' }],
        },
      ],
    },
  });
  apps.push(app);
  upstream.script(token, answer('text'));
  const payload = { model: 'm', messages: [{ role: 'user', content: token }] };
  return (await app.inject({ method: 'POST', url: '/v1/chat/completions', payload })).statusCode;
};

const way = (): string => `http://user:word@127.0.0.1:${(tunnel.address() as AddressInfo).port}`;

it('is taken when the configuration names one, and authenticated to', async () => {
  expect(await ask({ 'proxy-url': way() })).toBe(200);
  const credentials = Buffer.from('user:word').toString('base64');
  expect(tunnels).toEqual([`${new URL(upstream.url).host} Basic ${credentials}`]);
});

it('is the key’s own before the configuration’s, and none when that says so', async () => {
  expect(await ask({ 'proxy-url': 'http://127.0.0.1:1' }, { 'proxy-url': way() })).toBe(200);
  expect(tunnels).toHaveLength(1);
  expect(await ask({ 'proxy-url': way() }, { 'proxy-url': 'direct' })).toBe(200);
  expect(tunnels).toHaveLength(1);
});

it('that cannot be reached is a bad gateway, and its password stays here', async () => {
  const app = await buildProxy({
    config: {
      'proxy-url': 'http://user:hidden-word@127.0.0.1:1',
      'openai-compatibility': [
        { name: 'up', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] },
      ],
    },
  });
  apps.push(app);
  const said = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    payload: { model: 'm', messages: [{ role: 'user', content: 'x' }] },
  });
  expect(said.statusCode).toBe(502);
  expect(said.body).not.toContain('hidden-word');
});
