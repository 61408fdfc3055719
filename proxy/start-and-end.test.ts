import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { checkConfig } from './check-config.ts';
import { explanationText } from './config/explain.ts';
import { readOnlyPlaces } from './live/read-only.ts';
import { runProxy } from './main.ts';
import type { RunOptions } from './main.ts';
import type { ProxyLogLine } from './options.ts';

let folder = '';
const stops: AbortController[] = [];
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-start-'));
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

interface Started {
  readonly url: string;
  readonly stop: () => void;
  /** Resolves when the proxy has ended. */
  readonly ended: Promise<void>;
  readonly logs: readonly ProxyLogLine[];
}

const start = async (config: string, more: Partial<RunOptions> = {}): Promise<Started> => {
  const controller = new AbortController();
  stops.push(controller);
  const logs: ProxyLogLine[] = [];
  const configPath = file('config.yaml', config);
  let listening: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const log = (line: ProxyLogLine): void => void logs.push(line);
  const ended = runProxy({ configPath, env: {}, log, signal: controller.signal, onListening: listening, ...more });
  return { url: await Promise.race([url, ended.then(() => 'ended before it listened')]), stop: () => controller.abort(), ended, logs };
};

const failure = async (configPath: string): Promise<readonly string[]> => {
  const signal = new AbortController().signal;
  const run = runProxy({ configPath, env: {}, log: () => undefined, signal });
  return run.then(
    () => ['it started'],
    (error: unknown) => (error as Error).message.split('\n').map((line) => line.replaceAll(folder, '')),
  );
};

describe('a start that cannot be', () => {
  it('tells all that is wrong at once', async () => {
    const path = file('config.yaml', 'port: many\ntls: { enable: true, cert: none.pem }\nauth-dir: nowhere\napi-keys: ["${KEY}"]\n');
    expect(await failure(path)).toEqual([
      '/config.yaml: api-keys[0]: expected a value in the environment variable KEY, got no such variable (set KEY, or write $${KEY} for the text itself)',
      '/config.yaml: port: expected a number, got "many"',
      '/nowhere: expected a readable directory (auth-dir), got no such file (check the path)',
      '/config.yaml: tls.cert: expected a readable PEM file, got none.pem: no such file',
      '/config.yaml: tls.key: expected a PEM file, because tls.enable is true, got nothing',
    ]);
  });

  it('tells that a certificate is none, or not that of the key', async () => {
    const path = file('config.yaml', 'port: 0\ntls: { enable: true, cert: one.pem, key: one.pem }\n');
    file('one.pem', 'planted-secret-of-a-key');
    const expected = 'expected a PEM certificate, and the PEM key that belongs to it, got PEM routines::no start line';
    expect(await failure(path)).toEqual([`/config.yaml: tls: ${expected}`]);
  });

  it('says that auth-dir is a file', async () => {
    file('auths', '');
    expect(await failure(file('config.yaml', 'auth-dir: auths\n'))).toEqual([
      '/auths: expected a readable directory (auth-dir), got something that is no directory (check the path)',
    ]);
  });

  it('says in which lines a file is no single YAML document', async () => {
    expect(await failure(file('config.yaml', 'port: 0\n\thost: ""\nport: 1\n---\nport: 2\n'))).toEqual([
      '/config.yaml:2:1: expected valid YAML, got Tabs are not allowed as indentation',
      '/config.yaml:3:1: expected valid YAML, got Map keys must be unique',
      '/config.yaml:4:1: expected valid YAML, got a second document (---)',
    ]);
  });

  it('names every auth file that cannot be read, without what is in it', async () => {
    mkdirSync(join(folder, 'auths'));
    file('auths/one.json', '{"access_token":"planted-secret-1"x}');
    file('auths/two.json', 'planted-secret-2');
    const lines = await failure(file('config.yaml', 'auth-dir: auths\n'));
    expect(lines.map((line) => line.split(': ')[0])).toEqual(['/auths/one.json', '/auths/two.json']);
    expect(lines.join()).not.toContain('planted');
  });

  it('says that the configuration is a directory, as Docker makes one of a file that is not there', async () => {
    mkdirSync(join(folder, 'config.yaml'));
    expect(await failure(join(folder, 'config.yaml'))).toEqual([
      '/config.yaml: expected a readable file, got a directory (put the file there; a container runtime makes a directory of a mount whose file is missing)',
    ]);
  });

  it('says that another process has the port', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    servers.push(other);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await failure(file('config.yaml', `port: ${port}\n`))).toEqual([
      `127.0.0.1:${port}: expected a free address to listen on, got one that another process uses (set host and port; port 0 takes any free one)`,
    ]);
  });
});

describe('a running proxy', () => {
  it('says what it runs with', async () => {
    const text = 'port: 0\napi-keys: [client-secret-of-a]\n';
    const { url, stop, ended, logs } = await start(text);
    stop();
    await ended;
    const fileSha256 = createHash('sha256').update(text).digest('hex');
    expect(logs[0]).toMatchObject({
      fields: { event: 'listening', url, config: join(folder, 'config.yaml'), fileSha256, revision: 1, persona: 'documented' },
    });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('reads the files again when it is told to, and takes persona and port of the command line over theirs', async () => {
    let reload: () => void = () => undefined;
    const onReloadWanted = (given: () => void): (() => void) => {
      reload = given;
      return () => {
        reload = () => undefined;
      };
    };
    const { url, logs } = await start('port: 1\npersona: nobody\napi-keys: [client-secret-of-a]\n', {
      port: 0,
      persona: 'documented',
      onReloadWanted,
    });
    file('config.yaml', 'port: 1\napi-keys: [client-secret-of-b]\n');
    reload();
    const status = async (): Promise<number> =>
      (await fetch(`${url}/v1/models`, { headers: { 'x-api-key': 'client-secret-of-b' } })).status;
    // The reload is in turn before any request that arrives after it.
    expect(await status()).toBe(200);
    expect(logs.map(({ fields }) => fields.event)).toContain('config-reloaded');
  });

  it('answers with ids that log lines have, too: the client’s own when it is plain, else a new one', async () => {
    const { url, logs } = await start('port: 0\napi-keys: [client-secret-of-a]\n');
    const idOf = async (headers: Record<string, string>): Promise<string> => {
      const answer = await fetch(`${url}/v1/none`, { headers });
      return answer.headers.get('wireproof-request-id') ?? '';
    };
    expect(await idOf({ 'x-request-id': 'my-id_1.2' })).toBe('my-id_1.2');
    const made = await idOf({ 'x-request-id': 'a b<script>' });
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    const seen = logs.filter(({ fields }) => fields.event === 'request').map(({ fields }) => fields.requestId);
    expect(seen).toEqual(['my-id_1.2', made]);
  });

  it.each(['/health', '/healthz'])('answers %s without a key, HEAD as well', async (path) => {
    const { url } = await start('port: 0\napi-keys: [client-secret-of-a]\n');
    const got = await fetch(`${url}${path}`);
    expect(await got.json()).toMatchObject({ status: 'ok', config: { revision: 1, persisted: true } });
    const head = await fetch(`${url}${path}`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('refuses API requests while a key of the example file would let everybody in', async () => {
    const { url, logs } = await start('port: 0\napi-keys: [your-api-key-1, client-secret-of-a]\n');
    for (const key of ['your-api-key-1', 'client-secret-of-a', 'wrong']) {
      const answer = await fetch(`${url}/v1/models`, { headers: { 'x-api-key': key } });
      expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([403, 'unsafe_example_api_key']);
    }
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(logs.filter(({ fields }) => fields.event === 'template-api-key')).toHaveLength(1);
  });

  it('speaks HTTPS with tls.enable', async () => {
    const argv = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...argv, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
    const { url } = await start('port: 0\ntls: { enable: true, cert: cert.pem, key: key.pem }\n');
    expect(url).toMatch(/^https:/);
    const [answer] = (await once(
      get(`${url}/health`, { ca: readFileSync(join(folder, 'cert.pem')), servername: 'localhost' }),
      'response',
    )) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    expect(answer.statusCode).toBe(200);
  });

  it('writes its log into files when it is told to', async () => {
    const { url, stop, ended } = await start('port: 0\nlogging-to-file: true\napi-keys: [client-secret-of-a]\n');
    await fetch(`${url}/v1/none?key=client-secret-of-a`);
    stop();
    await ended;
    const lines = readFileSync(join(folder, 'logs', 'proxy.log'), 'utf8')
      .trimEnd()
      .split('\n');
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(['listening', 'request', 'draining', 'ended']);
  });
});

describe('the end', () => {
  it('lets a stream finish, tells sockets that it goes, and takes nothing new', async () => {
    let finish: () => void = () => undefined;
    const upstream = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (content: string, reason: string | null): string =>
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: reason }] })}\n\n`;
      response.write(chunk('first', null));
      finish = () => response.end(`${chunk(' last', 'stop')}data: [DONE]\n\n`);
    });
    upstream.listen(0, '127.0.0.1');
    servers.push(upstream);
    await once(upstream, 'listening');
    const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
    const entry = `openai-compatibility: [{ name: x, base-url: "${base}", api-key-entries: [{ api-key: upstream-key }], models: [{ name: m }] }]`;
    const { url, stop, ended, logs } = await start(`port: 0\napi-keys: [client-secret-of-a]\n${entry}\n`);
    const headers = { 'x-api-key': 'client-secret-of-a', 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, { headers });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    const streaming = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    const reader = (streaming.body as ReadableStream<Uint8Array>).getReader();
    const first = Buffer.from((await reader.read()).value ?? []).toString();
    stop();
    const late = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    finish();
    let rest = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) rest += Buffer.from(read.value).toString();
    await ended;
    expect([first.includes('first'), late.status, rest.includes(' last'), rest.endsWith('data: [DONE]\n\n')]).toEqual([
      true,
      503,
      true,
      true,
    ]);
    expect((await closed)[0]).toBe(1001);
    expect(logs.map(({ fields }) => fields.event).slice(-1)).toEqual(['ended']);
    // Turning late requests away is nothing that nobody foresaw.
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('wireproof proxy --check', () => {
  const config = `
host: ""
api-keys: [client-secret-of-a, { key: client-secret-of-b, name: ci }]
remote-management: { secret-key: management-key-of-tests }
claude-api-key:
  - { api-key: claude-secret-1, base-url: "http://user:planted-password@127.0.0.1:9", models: [{ name: claude-x }] }
usage: { store: usage.db }
pprof: {}
prot: 1
`;

  it('says what would be served, and leaves nothing behind', async () => {
    const configPath = file('config.yaml', config);
    const explained = await checkConfig({ configPath, env: {} });
    expect(explained).toMatchObject({
      ok: true,
      listens: { host: 'all addresses', port: 8317, tls: false },
      persona: 'documented',
      clients: [expect.stringMatching(/^key-[0-9a-f]{8}$/) as unknown, 'ci'],
      models: ['claude-x'],
      management: { enabled: true, from: 'this machine', writesPersist: true },
      readOnly: [],
      warnings: [`${configPath}: prot: expected a known key, got "prot", which is ignored (did you mean "port"?)`],
      notices: [`${configPath}: pprof has no effect here`],
    });
    expect(explained.credentials?.map(({ provider, baseUrl }) => [provider, baseUrl])).toEqual([['claude', 'http://***@127.0.0.1:9']]);
    const texts = `${explanationText(explained)}${JSON.stringify(explained)}`;
    expect(texts).not.toMatch(/client-secret|claude-secret|management-key-of|planted/);
    expect(existsSync(join(folder, 'usage.db'))).toBe(false);
  });

  it('says what is wrong', async () => {
    const explained = await checkConfig({ configPath: file('config.yaml', 'port: many\n'), env: {} });
    expect(explanationText(explained).replaceAll(folder, '')).toBe(
      '/config.yaml: 1 problem\n  /config.yaml: port: expected a number, got "many"\n',
    );
  });
});

describe('places that cannot be written to', () => {
  it('are told with what follows from it', () => {
    const path = file('config.yaml', '');
    chmodSync(path, 0o600);
    const probe = (place: string): string | undefined => (place === path ? 'EROFS' : place.endsWith('auths') ? 'EACCES' : undefined);
    mkdirSync(join(folder, 'auths'));
    expect(readOnlyPlaces(path, join(folder, 'auths'), probe)).toEqual([
      {
        what: 'config file',
        path,
        code: 'EROFS',
        meaning: 'changes through the management API last until the next start only (persisted: false)',
      },
      { what: 'auth-dir', path: join(folder, 'auths'), code: 'EACCES', meaning: 'refreshed tokens are kept in memory only' },
    ]);
    expect(readOnlyPlaces(path, join(folder, 'auths'))).toEqual([]);
  });
});
