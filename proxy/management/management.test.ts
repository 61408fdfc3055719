import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { systemDisk } from '../live/durable-write.ts';
import type { Disk } from '../live/durable-write.ts';
import { closeProxiesOnDisk, proxyOnDisk } from '../testing/proxy-on-disk.ts';
import type { OnDiskOptions, ProxyOnDisk } from '../testing/proxy-on-disk.ts';
import { version } from '../version.ts';

afterEach(closeProxiesOnDisk);

const managementKey = 'management-key-of-tests';
const startOf = (config: string): string => `# ours
remote-management:
  secret-key: ${managementKey} # keep this
${config}`;

const config = startOf(`api-keys:
  # team a
  - client-secret-of-a
  - client-secret-of-b
debug: false # while all is well
claude-api-key:
  - api-key: \${CLAUDE_KEY}
    base-url: http://127.0.0.1:9
    models:
      - name: claude-x
`);
const env = { CLAUDE_KEY: 'claude-secret-1' };

const start = (more: Partial<OnDiskOptions> = {}): Promise<ProxyOnDisk> => proxyOnDisk({ config, env, ...more });

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE' | 'HEAD';
interface Asked {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

const shownKey = { authorization: `Bearer ${managementKey}` };

const ask = async (
  { app }: ProxyOnDisk,
  method: Method,
  path: string,
  { body, headers = shownKey, from = '127.0.0.1' }: Asked = {},
): Promise<{ status: number; json: unknown; text: string; headers: Readonly<Record<string, unknown>> }> => {
  const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
  const options: InjectOptions = { method, url: `/v0/management/${path}`, headers, remoteAddress: from, ...payload };
  const answer = await app.inject(options);
  const isJson = String(answer.headers['content-type']).startsWith('application/json');
  return { status: answer.statusCode, json: isJson ? answer.json() : undefined, text: answer.body, headers: answer.headers };
};

const failing = (code: string): Disk => {
  const fail = (): never => {
    throw Object.assign(new Error(code), { code });
  };
  return { ...systemDisk, replace: () => Promise.reject(Object.assign(new Error(code), { code })), overwrite: fail };
};

describe('who may use the management API', () => {
  const refusal = (error: string, code: string) => ({ error, code });

  it('is not there while secret-key is empty, whatever is shown', async () => {
    const proxy = await start({ config: 'api-keys: [some-client-key]\n' });
    for (const path of ['config', 'logs', 'debug', 'nothing']) {
      const { status, headers } = await ask(proxy, 'GET', path);
      expect([path, status, headers['x-wireproof-version']]).toEqual([path, 404, undefined]);
    }
  });

  it.each([
    [{}, 401, refusal('missing management key', 'management_key_missing')],
    [{ authorization: 'Bearer client-secret-of-a' }, 401, refusal('invalid management key', 'management_key_invalid')],
    [{ 'x-management-key': 'wrong' }, 401, refusal('invalid management key', 'management_key_invalid')],
  ])('%j gets %i', async (headers, status, json) => {
    const answer = await ask(await start(), 'GET', 'debug', { headers });
    expect({ status: answer.status, json: answer.json, version: answer.headers['x-wireproof-version'] }).toEqual({ status, json, version });
  });

  it.each([{ authorization: `Bearer ${managementKey}` }, { authorization: managementKey }, { 'x-management-key': managementKey }])(
    'takes the key as %j',
    async (headers) => {
      expect((await ask(await start(), 'GET', 'debug', { headers })).json).toEqual({ debug: false });
    },
  );

  it('says without a key that it is there, and nothing else', async () => {
    const proxy = await start();
    const callback = async (query: string) => {
      const { status, json } = await ask(proxy, 'GET', `oauth-callback${query}`, { headers: {}, from: '192.0.2.1' });
      return [status, json];
    };
    const refused = (error: string) => [400, { status: 'error', error, code: 'invalid_request' }];
    expect([await callback(''), await callback('?state=x')]).toEqual([refused('state is required'), refused('unknown or expired state')]);
    const off = await ask(await start({ config: "remote-management:\n  secret-key: '  '\n" }), 'GET', 'oauth-callback', { headers: {} });
    expect([off.status, off.headers['x-wireproof-version']]).toEqual([404, undefined]);
  });

  it('takes a key whose hash is configured', async () => {
    const { hashSync } = await import('bcryptjs');
    const proxy = await start({ config: `remote-management: { secret-key: '${hashSync(managementKey, 4)}' }\n` });
    expect((await ask(proxy, 'GET', 'debug')).status).toBe(200);
    expect((await ask(proxy, 'GET', 'debug', { headers: { 'x-management-key': `${managementKey}x` } })).status).toBe(401);
    expect((await ask(proxy, 'GET', 'debug')).status).toBe(200);
  });

  it('is for this machine only, and believes no header that says where a request comes from', async () => {
    const proxy = await start();
    const remote = { status: 403, json: refusal('remote management disabled', 'management_is_local') };
    expect(await ask(proxy, 'GET', 'debug', { from: '10.0.0.9' })).toMatchObject(remote);
    const claims = { ...shownKey, 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1' };
    expect(await ask(proxy, 'GET', 'debug', { from: '10.0.0.9', headers: claims })).toMatchObject(remote);
    // Something on this machine forwards for somebody else.
    expect(await ask(proxy, 'GET', 'debug', { headers: { ...shownKey, 'x-forwarded-for': '203.0.113.5' } })).toMatchObject(remote);
    expect((await ask(proxy, 'GET', 'debug', { from: '::1' })).status).toBe(200);
    expect((await ask(proxy, 'GET', 'debug', { from: '::ffff:127.0.0.1' })).status).toBe(200);
  });

  it('is for everybody with allow-remote, and lets guessers wait longer and longer, an hour of them a minute at most', async () => {
    let now = 1_770_000_000_000;
    const remote = config.replace('secret-key:', 'allow-remote: true\n  secret-key:');
    const proxy = await start({ config: remote, now: () => now });
    const guess = async (headers: Record<string, string> = { 'x-management-key': 'guess' }, from = '198.51.100.7') => {
      const { status, headers: told } = await ask(proxy, 'GET', 'debug', { headers, from });
      return [status, told['retry-after']];
    };
    for (let tries = 0; tries < 4; tries += 1) expect(await guess()).toEqual([401, undefined]);
    expect(await guess({})).toEqual([401, undefined]); // No key, no guess.
    expect(await guess()).toEqual([401, undefined]);
    expect(await guess()).toEqual([429, '1']);
    expect(await guess(shownKey)).toEqual([429, '1']);
    expect(await guess(shownKey, '198.51.100.8')).toEqual([200, undefined]);
    const waits: unknown[] = [];
    for (let round = 0; round < 8; round += 1) {
      now += 60_000;
      expect(await guess()).toEqual([401, undefined]);
      waits.push((await guess())[1]);
    }
    expect(waits).toEqual(['2', '4', '8', '16', '32', '60', '60', '60']);
    now += 60_000;
    expect(await guess(shownKey)).toEqual([200, undefined]);
    expect(await guess()).toEqual([401, undefined]); // Forgiven.
  });

  it('never locks the operator out of the machine itself', async () => {
    const proxy = await start({ now: () => 1_770_000_000_000 });
    const guess = () => ask(proxy, 'GET', 'debug', { headers: { 'x-management-key': 'guess' } });
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await ask(proxy, 'GET', 'debug')).status).toBe(200);
  });
});

describe('reading', () => {
  it('tells the sum of the file that is in force, also after a change', async () => {
    const proxy = await start();
    const told = async () => {
      const { json } = await ask(proxy, 'GET', 'config');
      return (json as { readonly wireproof: Readonly<Record<string, unknown>> }).wireproof['file-sha256'];
    };
    const ofFile = () => createHash('sha256').update(readFileSync(proxy.configPath)).digest('hex');
    const before = ofFile();
    expect(await told()).toBe(before);
    await ask(proxy, 'PUT', 'debug', { body: { value: true } });
    expect([await told(), ofFile() === before]).toEqual([ofFile(), false]);
  });

  it('shows the configuration in force without a secret', async () => {
    const proxy = await start();
    const { json, text } = await ask(proxy, 'GET', 'config');
    expect(json).toMatchObject({
      debug: false,
      'remote-management': { 'allow-remote': false, 'secret-key': expect.stringMatching(/^masked:[0-9a-f]{12}$/) as unknown },
      'api-keys': [{ key: expect.stringMatching(/^masked:/) as unknown }, { key: expect.stringMatching(/^masked:/) as unknown }],
      wireproof: { revision: 1, persisted: true, path: proxy.configPath, 'restart-needed': [], 'read-only': [] },
    });
    expect(text).not.toMatch(/client-secret|claude-secret|management-key/);
  });

  it('shows the file with its comments, references to the environment, and masks', async () => {
    const { text, headers } = await ask(await start(), 'GET', 'config.yaml');
    expect(headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(text.replaceAll(/masked:[0-9a-f]{12}/g, 'MASK')).toBe(
      config.replace(managementKey, 'MASK').replace('client-secret-of-a', 'MASK').replace('client-secret-of-b', 'MASK'),
    );
  });

  it('shows the log, whole or from where one has read to', async () => {
    const proxy = await start();
    const first = (await ask(proxy, 'GET', 'logs')).json as { 'next-cursor': number; lines: readonly { event: string }[] };
    proxy.logging.log({ level: 'warn', message: 'key client-secret-of-a', fields: { event: 'test', nested: ['claude-secret-1'] } });
    const { json } = await ask(proxy, 'GET', `logs?cursor=${first['next-cursor']}&limit=50`);
    const { lines } = json as { lines: readonly Record<string, unknown>[] };
    expect(lines.filter(({ event }) => event === 'test')).toEqual([
      { time: expect.any(String) as unknown, level: 'warn', message: 'key ***', event: 'test', nested: ['***'] },
    ]);
    expect(((await ask(proxy, 'GET', 'logs?limit=1')).json as { lines: unknown[] }).lines).toHaveLength(1);
    expect((await ask(proxy, 'GET', 'logs?limit=x')).json).toEqual({
      error: 'invalid limit: expected a whole number',
      code: 'invalid_request',
    });
    expect((await ask(proxy, 'DELETE', 'logs')).json).toEqual({ status: 'ok' });
  });

  it('explains how a model name resolves, and counts requests', async () => {
    const proxy = await start();
    expect((await ask(proxy, 'GET', 'route?model=claude-x')).json).toMatchObject({ name: 'claude-x', known: true, listed: true });
    expect((await ask(proxy, 'GET', 'route?model=none')).json).toMatchObject({ known: false });
    expect((await ask(proxy, 'GET', 'route')).status).toBe(400);
    expect((await ask(proxy, 'GET', 'usage')).json).toMatchObject({ usage: { total_requests: 0 } });
    expect((await ask(proxy, 'GET', 'cooldowns')).json).toEqual({ cooldowns: [], breakers: [] });
    expect((await ask(proxy, 'POST', 'reset-quota', { body: { auth_index: 'x' } })).json).toEqual({
      status: 'ok',
      auth_index: 'x',
      ended: 0,
    });
  });
});

describe('writing', () => {
  it('changes a value in memory and in the file, and nothing else there', async () => {
    const proxy = await start();
    expect((await ask(proxy, 'PATCH', 'debug', { body: { value: true } })).json).toEqual({ status: 'ok', persisted: true, revision: 2 });
    expect(proxy.readConfig()).toBe(config.replace('debug: false', 'debug: true'));
    expect((await ask(proxy, 'GET', 'debug')).json).toEqual({ debug: true });
    expect((await ask(proxy, 'DELETE', 'debug')).json).toEqual({ status: 'ok', persisted: true, revision: 3 });
    expect(proxy.readConfig()).not.toContain('debug');
  });

  it.each([
    ['PUT', 'debug', '{}', 400],
    ['PUT', 'debug', 'not json', 400],
    ['PUT', 'debug', { value: 'perhaps' }, 422],
    ['PUT', 'api-keys', { value: 1 }, 400],
    ['PUT', 'api-keys', [['x']], 422],
    ['PATCH', 'api-keys', { index: 9, value: 'x' }, 404],
    ['PATCH', 'api-keys', { value: 'x' }, 400],
    ['PATCH', 'api-keys', { old: 'nobody', new: 'x' }, 404],
    ['DELETE', 'api-keys?index=7', undefined, 404],
    ['PUT', 'config.yaml', 'a: [', 422],
    ['PUT', 'config.yaml', 'port: many', 422],
    ['PUT', 'config.yaml', '', 400],
    ['PUT', 'api-keys', ['masked:000000000000'], 400],
    ['PUT', 'persona', { value: 'nobody' }, 422],
  ] as const)('%s %s %j is %i and changes nothing', async (method, path, body, status) => {
    const proxy = await start();
    expect((await ask(proxy, method, path, { body })).status).toBe(status);
    expect([proxy.readConfig(), proxy.live.current.revision]).toEqual([config, 1]);
  });

  it('edits one client key and leaves the comment on the other', async () => {
    const proxy = await start();
    await ask(proxy, 'PATCH', 'api-keys', { body: { old: 'client-secret-of-b', new: 'client-secret-of-c' } });
    expect(proxy.readConfig()).toBe(config.replace('of-b', 'of-c'));
    await ask(proxy, 'DELETE', 'api-keys?value=client-secret-of-c');
    expect(proxy.readConfig()).toBe(config.replace('  - client-secret-of-b\n', ''));
    const listed = await proxy.app.inject({ url: '/v1/models', headers: { 'x-api-key': 'client-secret-of-b' } });
    expect(listed.statusCode).toBe(401);
  });

  it('takes a masked secret back as the secret, wherever it is put', async () => {
    const proxy = await start();
    const { 'api-keys': keys } = (await ask(proxy, 'GET', 'api-keys')).json as { 'api-keys': readonly string[] };
    await ask(proxy, 'PUT', 'api-keys', { body: [...keys].reverse() });
    expect(proxy.live.current.parsed.config['api-keys']).toEqual([{ key: 'client-secret-of-b' }, { key: 'client-secret-of-a' }]);
    const { text } = await ask(proxy, 'GET', 'config.yaml');
    const answer = await ask(proxy, 'PUT', 'config.yaml', { body: text.replace('debug: false', 'debug: true') });
    expect(answer.json).toEqual({ status: 'ok', persisted: true, revision: 3 });
    expect(proxy.live.current.parsed.config['claude-api-key']?.[0]?.['api-key']).toBe('claude-secret-1');
    expect(proxy.readConfig()).toContain('api-key: ${CLAUDE_KEY}');
  });

  it('never writes what the environment said', async () => {
    const proxy = await start();
    const shown = (await ask(proxy, 'GET', 'config')).json as { 'claude-api-key': readonly unknown[] };
    const answer = await ask(proxy, 'PUT', 'claude-api-key', { body: shown['claude-api-key'] });
    expect(answer.json).toMatchObject({ status: 'ok', persisted: true });
    expect(proxy.readConfig()).toContain('${CLAUDE_KEY}');
    expect(proxy.readConfig()).not.toContain('claude-secret-1');
  });

  it('edits aliases by channel', async () => {
    const proxy = await start();
    const body = { channel: 'codex', aliases: [{ name: 'gpt-5.3-codex', alias: 'best' }] };
    await ask(proxy, 'PATCH', 'oauth-model-alias', { body });
    expect((await ask(proxy, 'GET', 'oauth-model-alias')).json).toEqual({ 'oauth-model-alias': { codex: body.aliases } });
    await ask(proxy, 'DELETE', 'oauth-model-alias?channel=codex');
    expect((await ask(proxy, 'GET', 'oauth-model-alias')).json).toEqual({ 'oauth-model-alias': {} });
  });

  it('says which keys wait for the next start', async () => {
    const proxy = await start();
    const answer = await ask(proxy, 'PUT', 'config.yaml', { body: `${config}port: 9999\n` });
    expect(answer.json).toEqual({ status: 'ok', persisted: true, revision: 2, 'restart-needed': ['port'] });
  });

  it.each([
    ['EROFS', 'EROFS: the file system is mounted read-only'],
    ['EACCES', 'EACCES: the user of this process has no permission to write there'],
    ['ENOSPC', 'ENOSPC: no space is left on the disk'],
    ['EPERM', 'EPERM: the file or its file system does not permit changes (an immutable file, or a security policy)'],
  ])('changes memory only when the disk says %s, and says so until both agree', async (code, reason) => {
    const proxy = await start({ disk: failing(code) });
    const health = async (): Promise<unknown> =>
      (await proxy.app.inject('/health')).json<{ config: { persisted: unknown } }>().config.persisted;
    const answer = await ask(proxy, 'PUT', 'debug', { body: { value: true } });
    expect(answer.json).toEqual({ status: 'ok', persisted: false, reason, revision: 2 });
    expect([proxy.readConfig(), await health()]).toEqual([config, false]);
    expect((await ask(proxy, 'GET', 'config')).json).toMatchObject({ debug: true, wireproof: { persisted: false, reason } });
    expect(proxy.logs.filter(({ fields }) => fields.event === 'config-not-persisted')).toHaveLength(1);
    // Another change starts from what is in force, not from the file.
    await ask(proxy, 'PUT', 'request-retry', { body: { value: 2 } });
    expect((await ask(proxy, 'GET', 'config')).json).toMatchObject({ debug: true, 'request-retry': 2 });
    // Taken back, the file says what is in force.
    await ask(proxy, 'DELETE', 'request-retry');
    expect((await ask(proxy, 'PUT', 'debug', { body: { value: false } })).json).toMatchObject({ persisted: true });
    expect(await health()).toBe(true);
  });

  it('starts from what an editor has written meanwhile, and refuses when that is wrong', async () => {
    const proxy = await start();
    proxy.writeConfig(config.replace('- client-secret-of-b', '- client-secret-of-d'));
    await ask(proxy, 'PUT', 'debug', { body: { value: true } });
    expect(proxy.readConfig()).toBe(config.replace('of-b', 'of-d').replace('debug: false', 'debug: true'));
    proxy.writeConfig('port: many');
    expect(await ask(proxy, 'PUT', 'debug', { body: { value: false } })).toMatchObject({
      status: 409,
      json: { code: 'config_file_broken' },
    });
    expect(proxy.readConfig()).toBe('port: many');
    expect((await ask(proxy, 'PUT', 'config.yaml', { body: config })).json).toMatchObject({ status: 'ok', persisted: true });
    expect(proxy.readConfig()).toBe(config);
  });

  it('changes nothing twice when many write at once', async () => {
    const proxy = await start();
    const keys = Array.from({ length: 20 }, (_, index) => `added-client-secret-${index}`);
    await Promise.all(
      keys.map((key, index) =>
        ask(proxy, 'PATCH', 'oauth-model-alias', { body: { channel: `c${index}`, aliases: [{ name: key, alias: key }] } }),
      ),
    );
    const { json } = await ask(proxy, 'GET', 'oauth-model-alias');
    expect(Object.keys((json as { 'oauth-model-alias': object })['oauth-model-alias'])).toHaveLength(20);
    expect(proxy.live.current.revision).toBe(21);
  });

  it('works without a file, and says that nothing is kept', async () => {
    const { buildProxy } = await import('../app.ts');
    const app = await buildProxy({ config: { 'remote-management': { 'secret-key': managementKey } } });
    const answer = await app.inject({ method: 'PUT', url: '/v0/management/debug', headers: shownKey, payload: '{"value":true}' });
    expect(answer.json()).toEqual({
      status: 'ok',
      persisted: false,
      reason: 'no-file: this proxy was started without a configuration file',
      revision: 2,
    });
    await app.close();
  });
});

describe('auth files', () => {
  const account = { type: 'codex', base_url: 'http://127.0.0.1:9', access_token: 'codex-token-secret', models: ['gpt-5.3-codex'] };
  const withDir = `${config}auth-dir: auths\n`;

  it('lists them without their tokens, takes new ones, and removes them', async () => {
    const proxy = await start({ config: withDir, auths: { 'one.json': account } });
    const { json, text } = await ask(proxy, 'GET', 'auth-files');
    expect(json).toMatchObject({ files: [{ name: 'one.json', type: 'codex', loaded: true, status: 'ok', disabled: false }] });
    expect(text).not.toContain('codex-token-secret');
    const two = { ...account, access_token: 'another-token-secret', models: ['two'] };
    expect((await ask(proxy, 'POST', 'auth-files?name=two.json', { body: two })).json).toEqual({
      status: 'ok',
      persisted: true,
      revision: 2,
    });
    expect(JSON.parse(readFileSync(join(proxy.folder, 'auths', 'two.json'), 'utf8'))).toEqual(two);
    expect(proxy.live.current.context.routing.knows('two')).toBe(true);
    expect((await ask(proxy, 'DELETE', 'auth-files?name=two.json')).json).toEqual({ status: 'ok', persisted: true, revision: 3 });
    expect(readdirSync(join(proxy.folder, 'auths'))).toEqual(['one.json']);
  });

  it.each(['../config.yaml', '..%2Fx.json', '/etc/x.json', '.json', 'x.yaml', ''])('takes no file named %s', async (name) => {
    const proxy = await start({ config: withDir });
    expect((await ask(proxy, 'POST', `auth-files?name=${name}`, { body: account })).status).toBe(400);
  });

  it('takes back a file with which nothing could be loaded', async () => {
    const proxy = await start({ config: withDir, auths: { 'one.json': account } });
    const before = readFileSync(join(proxy.folder, 'auths', 'one.json'), 'utf8');
    const answer = await ask(proxy, 'POST', 'auth-files?name=one.json', { body: { type: 'codex' } });
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([422, 'config_invalid']);
    expect(readFileSync(join(proxy.folder, 'auths', 'one.json'), 'utf8')).toBe(before);
    expect([proxy.live.refused, proxy.live.current.revision]).toEqual([undefined, 1]);
    // It never was on the disk, where a kill would have left it to stop the next start.
    expect(proxy.logs.filter(({ fields }) => fields.event === 'config-refused')).toEqual([]);
  });

  it('says of a good file that it is not in force while the configuration on the disk is wrong', async () => {
    const proxy = await start({ config: withDir });
    proxy.writeConfig('port: many\n');
    expect((await ask(proxy, 'POST', 'auth-files?name=one.json', { body: account })).json).toEqual({
      status: 'ok',
      persisted: true,
      revision: 1,
      reloaded: false,
      problems: [{ where: `${proxy.configPath}: port`, expected: 'a number', actual: '"many"' }],
    });
  });

  it('lists what is there, whatever else the directory has', async () => {
    const proxy = await start({ config: withDir, auths: { 'one.json': account } });
    symlinkSync('nowhere.json', join(proxy.folder, 'auths', 'gone.json'));
    const { status, json } = await ask(proxy, 'GET', 'auth-files');
    expect([status, (json as { files: readonly { name: string }[] }).files.map(({ name }) => name)]).toEqual([200, ['one.json']]);
    rmSync(join(proxy.folder, 'auths'), { recursive: true });
    expect((await ask(proxy, 'GET', 'auth-files')).status).toBe(404);
  });
});
