import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';

import { closeProxiesOnDisk, proxyOnDisk } from '../testing/proxy-on-disk.ts';
import type { ProxyOnDisk } from '../testing/proxy-on-disk.ts';
import { authDirectoryIn } from './config-source.ts';
import type { Generation } from './generation.ts';
import { Watch } from './watch.ts';

const servers: Server[] = [];
const watches: Watch[] = [];
afterEach(async () => {
  await Promise.all(watches.splice(0).map((watch) => watch.close()));
  await closeProxiesOnDisk();
  for (const server of servers.splice(0)) server.close();
});

/** An upstream that says in its answer which key and which model it was asked with. */
const echoingUpstream = async (): Promise<string> => {
  const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { model } = JSON.parse(await textOf(request)) as { model: string };
    const content = `${request.headers.authorization ?? ''} ${model}`.replace('Bearer upstream-key', 'upstream key');
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model, choices }));
  };
  const server = createServer((request, response) => void echo(request, response));
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
};

const clientKey = 'client-secret-of-a';
const configOf = (upstream: string, generation: number): string => `
api-keys: [${clientKey}]
openai-compatibility:
  - name: echo
    base-url: ${upstream}
    api-key-entries: [{ api-key: upstream-key-${generation} }]
    models: [{ name: model-${generation}, alias: m }]
`;

const askOf = (url: string) => async (): Promise<string> => {
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
  const headers = { authorization: `Bearer ${clientKey}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  const said = (await answer.json()) as { choices?: readonly { message: { content: string } }[] };
  return `${answer.status} ${said.choices?.[0]?.message.content ?? JSON.stringify(said)}`;
};

describe('reloading under traffic', () => {
  it('fails no request in fifty reloads, and answers each under one generation', async () => {
    const upstream = await echoingUpstream();
    const proxy = await proxyOnDisk({ config: configOf(upstream, 0) });
    const ask = askOf(await proxy.app.listen({ host: '127.0.0.1', port: 0 }));
    const traffic = { goesOn: true };
    const answers: string[] = [];
    const client = async (): Promise<void> => {
      while (traffic.goesOn) answers.push(await ask());
    };
    const clients = [client(), client(), client(), client()];
    for (let generation = 1; generation <= 50; generation += 1) {
      proxy.writeConfig(configOf(upstream, generation));
      expect(await proxy.store.reload()).toBe('applied');
      await ask();
    }
    traffic.goesOn = false;
    await Promise.all(clients);
    const mixed = answers.filter((answer) => !/^200 upstream key-(\d+) model-\1$/.test(answer));
    expect([mixed, proxy.live.current.revision]).toEqual([[], 51]);
    expect(new Set(answers).size).toBeGreaterThan(1);
    expect(await ask()).toBe('200 upstream key-50 model-50');
  });

  it('rotates a client key without a restart', async () => {
    const upstream = await echoingUpstream();
    const proxy = await proxyOnDisk({ config: configOf(upstream, 0) });
    const status = async (key: string) => (await proxy.app.inject({ url: '/v1/models', headers: { 'x-api-key': key } })).statusCode;
    proxy.writeConfig(configOf(upstream, 0).replace(clientKey, 'client-secret-of-b'));
    await proxy.store.reload();
    expect([await status(clientKey), await status('client-secret-of-b')]).toEqual([401, 200]);
  });
});

describe('what a reload does not take', () => {
  const good = 'api-keys: [client-secret-of-a]\n';
  const health = async ({ app }: ProxyOnDisk) => (await app.inject('/health')).json<{ config: Record<string, unknown> }>().config;

  it('keeps the old configuration when the new one is wrong, says so everywhere, and recovers', async () => {
    const proxy = await proxyOnDisk({
      config: `${good}remote-management: { secret-key: management-key-of-tests }\n`,
      now: () => 1_770_000_000_000,
    });
    const digest = proxy.live.current.digest;
    proxy.writeConfig('port: many\n');
    expect(await proxy.store.reload()).toBe('refused');
    expect(await health(proxy)).toEqual({
      revision: 1,
      digest: digest.slice(0, 12),
      loaded_at: '2026-02-02T02:40:00.000Z',
      persisted: true,
      refused: { at: '2026-02-02T02:40:00.000Z', problems: 1 },
    });
    const headers = { 'x-management-key': 'management-key-of-tests' };
    expect((await proxy.app.inject({ url: '/v0/management/config', headers })).json()).toMatchObject({
      wireproof: { refused: { problems: [{ where: `${proxy.configPath}: port`, expected: 'a number', actual: '"many"' }] } },
    });
    expect(proxy.logs.filter(({ level }) => level === 'error').map(({ fields }) => fields)).toEqual([
      { event: 'config-refused', problems: 1, revision: 1 },
    ]);
    proxy.writeConfig(`${good}debug: true\n`);
    expect([await proxy.store.reload(), (await health(proxy)).refused, (await health(proxy)).revision]).toEqual(['applied', undefined, 2]);
  });

  it('ignores an empty file with a warning', async () => {
    const proxy = await proxyOnDisk({ config: good });
    proxy.writeConfig('\n');
    expect([await proxy.store.reload(), proxy.live.current.revision]).toEqual(['ignored', 1]);
    expect(proxy.logs.at(-1)).toMatchObject({ level: 'warn', fields: { event: 'config-empty' } });
  });

  it('refuses what only the parts can tell', async () => {
    const proxy = await proxyOnDisk({ config: good });
    proxy.writeConfig(`${good}persona: nobody\n`);
    expect([await proxy.store.reload(), proxy.live.current.revision]).toEqual(['refused', 1]);
  });

  it('warns of what is in force from the next start only', async () => {
    const proxy = await proxyOnDisk({ config: good });
    proxy.writeConfig(`${good}host: 127.0.0.2\nport: 9\n`);
    await proxy.store.reload();
    expect(proxy.logs.at(-1)).toMatchObject({ level: 'warn', fields: { event: 'config-needs-restart', keys: ['host', 'port'] } });
  });

  it('makes no generation of a changed comment', async () => {
    const proxy = await proxyOnDisk({ config: good });
    proxy.writeConfig(`# new\n${good}`);
    expect([await proxy.store.reload(), proxy.live.current.revision, proxy.store.text]).toEqual(['unchanged', 1, `# new\n${good}`]);
  });
});

describe('tokens that rotate in an auth file', () => {
  const claiming = (plan: string): string => `x.${Buffer.from(JSON.stringify({ chatgpt_plan_type: plan })).toString('base64url')}.y`;
  const account = { type: 'codex', base_url: 'http://127.0.0.1:9', access_token: 'codex-token-1', id_token: claiming('plus'), note: 'a' };

  const open = async () => {
    const proxy = await proxyOnDisk({ config: 'api-keys: [client-secret-of-a]\nauth-dir: auths\n', auths: { 'one.json': account } });
    const digest = proxy.live.current.digest;
    const reload = async (changed: object) => {
      writeFileSync(join(proxy.folder, 'auths', 'one.json'), JSON.stringify({ ...account, ...changed }));
      await proxy.store.reload();
      const { revision, digest: now, context } = proxy.live.current;
      return { revision, isSame: now === digest, secret: context.routing.channels[0]?.credential.secret };
    };
    return { proxy, reload };
  };

  it('are used at once, and are no new configuration', async () => {
    const { proxy, reload } = await open();
    const rotated = { access_token: 'codex-token-2', refresh_token: 'codex-refresh-2', expired: '2027-01-01T00:00:00Z' };
    expect(await reload(rotated)).toEqual({ revision: 1, isSame: true, secret: 'codex-token-2' });
    expect(proxy.logs.map(({ fields }) => fields.event)).toEqual([]);
    expect(proxy.logging.secrets.blot('codex-refresh-2')).toBe('***');
  });

  it.each([
    ['another plan', { id_token: claiming('pro') }],
    ['what an operator says', { priority: 3 }],
  ])('but %s is one', async (_what, changed) => {
    const { reload } = await open();
    expect(await reload(changed)).toEqual({ revision: 2, isSame: false, secret: 'codex-token-1' });
  });
});

describe('watching the files', () => {
  const account = { type: 'codex', base_url: 'http://127.0.0.1:9', access_token: 'codex-token-secret', models: ['from-file'] };

  const watched = async (config: string, pollMs: number): Promise<ProxyOnDisk> => {
    const proxy = await proxyOnDisk({ config });
    const watch = new Watch({
      configPath: proxy.configPath,
      authDirectory: () => authDirectoryIn(proxy.live.current.parsed, proxy.configPath),
      onChange: () => proxy.store.reload(),
      log: proxy.logging.log,
      debounceMs: 5,
      pollMs,
    });
    watches.push(watch);
    await watch.open();
    return proxy;
  };

  const nextGeneration = ({ live }: ProxyOnDisk): Promise<Generation> => new Promise((resolve) => live.onChange(resolve));
  const never = 600_000;

  it('sees a file that is written in place', async () => {
    const proxy = await watched('debug: false\n', never);
    const next = nextGeneration(proxy);
    proxy.writeConfig('debug: true\n');
    expect((await next).parsed.config.debug).toBe(true);
  });

  it('sees a file that an editor renames into place, twice', async () => {
    const proxy = await watched('request-retry: 0\n', never);
    for (const rounds of [1, 2]) {
      const next = nextGeneration(proxy);
      writeFileSync(join(proxy.folder, '.config.yaml.swp'), `request-retry: ${rounds}\n`);
      renameSync(join(proxy.folder, '.config.yaml.swp'), proxy.configPath);
      expect((await next).parsed.config['request-retry']).toBe(rounds);
    }
  });

  it('sees auth files come and go', async () => {
    const proxy = await watched('auth-dir: auths\n', never);
    const path = join(proxy.folder, 'auths', 'one.json');
    const added = nextGeneration(proxy);
    writeFileSync(path, JSON.stringify(account));
    expect((await added).context.routing.knows('from-file')).toBe(true);
    const removed = nextGeneration(proxy);
    rmSync(path);
    expect((await removed).context.routing.knows('from-file')).toBe(false);
  });

  it('looks by itself where nobody tells', async () => {
    const proxy = await proxyOnDisk({ config: 'debug: false\n' });
    const watch = new Watch({
      configPath: proxy.configPath,
      authDirectory: () => undefined,
      onChange: () => proxy.store.reload(),
      log: proxy.logging.log,
      debounceMs: never,
      pollMs: 5,
    });
    watches.push(watch);
    await watch.open();
    const next = nextGeneration(proxy);
    proxy.writeConfig('debug: true\n');
    expect((await next).revision).toBe(2);
  });
});
