import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';

import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { configPlaces } from './config/json-schema.ts';
import { visitLeaves } from './config/secret-places.ts';
import { moduleNames } from './discovery.ts';
import { closeProxiesOnDisk, proxyOnDisk } from './testing/proxy-on-disk.ts';
import type { ProxyOnDisk } from './testing/proxy-on-disk.ts';

/**
 * Plants a marked secret in every place of the configuration and of auth files that may hold one, lets normal and failing traffic run, and
 * searches everything that comes out. To extend it: a new secret goes into `configTree` or `authFiles` with `plant`, a new way out into
 * `outputs`, a new kind of traffic into `traffic`.
 */

const servers: Server[] = [];
afterEach(async () => {
  await closeProxiesOnDisk();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Every secret that was planted, by what it is. */
class Planted {
  readonly values = new Map<string, string>();

  readonly plant = (what: string): string => {
    const value = `PLANTED-${this.values.size}-${what}-0f9e8d7c6b5a`;
    this.values.set(what, value);
    return value;
  };

  /** The names of those that a text tells, also when they are spelt as in a URL or in base64. */
  toldBy(text: string): readonly string[] {
    const spelt = (value: string): readonly string[] => [
      value,
      encodeURIComponent(value),
      Buffer.from(value).toString('base64').slice(0, -4),
    ];
    return [...this.values].filter(([, value]) => spelt(value).some((one) => text.includes(one))).map(([what]) => what);
  }
}

interface Upstream {
  readonly url: string;
  /** Everything that it was sent: heads and bodies. */
  readonly received: string[];
}

/** Repeats in its errors all that it was sent, as some vendors do with keys; the model's name says how it fails. */
const answer = (request: IncomingMessage, body: string, response: ServerResponse): void => {
  const told = `you sent ${JSON.stringify(request.headers)} ${request.url ?? ''}`;
  const status = Number(/fails-(\d{3})/.exec(`${body}${request.url ?? ''}`)?.[1] ?? 200);
  const json = (value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'upstream-1' });
    response.end(JSON.stringify(value));
  };
  if (/breaks-off/.test(body)) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: {"error":{"message":${JSON.stringify(told)},"type":"server_error","code":null}}\n\n`);
    response.end();
  } else if (/is-junk/.test(body)) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(told);
  } else if (status === 200) {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }];
    json({
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices,
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  } else json({ error: { message: told, type: 'some_error', code: 'some_code' } });
};

const newUpstream = async (): Promise<Upstream> => {
  const received: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    received.push(`${request.url ?? ''} ${JSON.stringify(request.headers)} ${body}`);
    answer(request, body, response);
  };
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
};

const ways = ['works', 'fails-400', 'fails-401', 'fails-403', 'fails-429', 'fails-500', 'breaks-off', 'is-junk'];
const channels = ['chat', 'claude', 'gemini', 'codex', 'account'];
const modelsOf = (channel: string): readonly { readonly name: string; readonly alias: string }[] =>
  ways.map((way) => ({ name: `${channel}-${way}`, alias: `${channel}-${way}` }));

const vendorEntry = (plant: Planted['plant'], channel: string, url: string): object => ({
  'api-key': plant(`${channel}-api-key`),
  'base-url': url,
  headers: { 'X-Team': plant(`${channel}-header`) },
  models: modelsOf(channel),
});

const configTree = ({ plant }: Planted, url: string): Readonly<Record<string, unknown>> => ({
  'api-keys': [plant('client-key'), { key: plant('client-key-with-limits'), name: 'limited' }],
  'remote-management': { 'secret-key': plant('management-key') },
  'auth-dir': 'auths',
  debug: true,
  'logging-to-file': true,
  'disable-cooling': true,
  usage: { store: 'usage.db' },
  'openai-compatibility': [
    {
      name: 'chat',
      'base-url': url,
      headers: { 'X-Team': plant('chat-header') },
      'api-key-entries': [{ 'api-key': plant('chat-api-key') }],
      models: modelsOf('chat'),
    },
    {
      name: 'behind-a-proxy',
      'base-url': 'http://127.0.0.1:9',
      disabled: true,
      'proxy-url': `http://user:${plant('proxy-password')}@127.0.0.1:9`,
      'api-key-entries': [{ 'api-key': plant('disabled-api-key') }],
      models: [{ name: 'none' }],
    },
  ],
  'claude-api-key': [vendorEntry(plant, 'claude', url)],
  'gemini-api-key': [vendorEntry(plant, 'gemini', url)],
  'codex-api-key': [vendorEntry(plant, 'codex', url)],
  ampcode: { 'upstream-api-key': plant('key-without-effect') },
  misspelt: { 'api-key': plant('key-that-nobody-knows') },
});

const authFiles = ({ plant }: Planted, url: string): Readonly<Record<string, object>> => ({
  'account.json': {
    type: 'codex',
    base_url: url,
    token_url: `${url}/token`,
    access_token: plant('access-token'),
    refresh_token: plant('refresh-token'),
    id_token: plant('id-token'),
    client_secret: plant('client-secret'),
    cookie: plant('cookie'),
    headers: { 'X-Team': plant('account-header') },
    models: modelsOf('account').map(({ name }) => name),
  },
});

interface Running {
  readonly proxy: ProxyOnDisk;
  readonly url: string;
  readonly planted: Planted;
}

const start = async (upstream: Upstream): Promise<Running> => {
  const planted = new Planted();
  const config = stringify(configTree(planted, upstream.url));
  const proxy = await proxyOnDisk({ config, auths: authFiles(planted, upstream.url) });
  return { proxy, planted, url: await proxy.app.listen({ host: '127.0.0.1', port: 0 }) };
};

const said = async (answered: Response): Promise<string> =>
  `${answered.status} ${JSON.stringify([...answered.headers])} ${await answered.text()}`;

const requestsFor = (model: string): readonly { readonly path: string; readonly body: object }[] => {
  const messages = [{ role: 'user', content: 'x' }];
  return [
    { path: '/v1/chat/completions', body: { model, messages } },
    { path: '/v1/chat/completions', body: { model, messages, stream: true } },
    { path: '/v1/responses', body: { model, input: 'x', stream: true } },
    { path: '/v1/messages', body: { model, messages, max_tokens: 5 } },
    { path: `/v1beta/models/${model}:generateContent`, body: { contents: [{ role: 'user', parts: [{ text: 'x' }] }] } },
  ];
};

/** What clients are told, with the right key and with none. */
const traffic = async ({ url, planted }: Running): Promise<readonly string[]> => {
  const clientKey = planted.values.get('client-key') ?? '';
  const headers = { 'x-api-key': clientKey, authorization: `Bearer ${clientKey}`, 'content-type': 'application/json' };
  const models = channels.flatMap((channel) => ways.map((way) => `${channel}-${way}`));
  const answers: string[] = [];
  for (const model of models)
    for (const { path, body } of requestsFor(model))
      answers.push(await said(await fetch(`${url}${path}?key=${clientKey}`, { method: 'POST', headers, body: JSON.stringify(body) })));
  for (const path of ['/v1/models', '/v1beta/models', '/v1/metrics/providers', '/metrics', '/health', '/healthz', '/none'])
    answers.push(await said(await fetch(`${url}${path}`, { headers })), await said(await fetch(`${url}${path}`)));
  answers.push(await said(await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: '{' })));
  return answers;
};

const endpoints = moduleNames(new URL('./management/endpoints/', import.meta.url), '');

/** What the management API tells, rightly and wrongly asked. */
const management = async ({ url, planted }: Running): Promise<readonly string[]> => {
  const headers = { 'x-management-key': planted.values.get('management-key') ?? '' };
  const paths = [...endpoints, 'config.yaml', 'routing/strategy', 'route?model=chat-works', 'route?model=account-fails-401'];
  const answers: string[] = [];
  for (const path of paths) {
    const there = `${url}/v0/management/${path}`;
    answers.push(await said(await fetch(there, { headers })), await said(await fetch(there)));
    answers.push(await said(await fetch(there, { method: 'PUT', headers, body: '{"value":["wrong"]}' })));
  }
  return answers;
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

/** The files that the proxy itself has written: logs, the usage store. */
const written = ({ proxy }: Running): readonly string[] =>
  filesBelow(proxy.folder)
    .filter((path) => path !== proxy.configPath && !path.includes('/auths/'))
    .map((path) => readFileSync(path, 'latin1'));

describe('secrets', { timeout: 120_000 }, () => {
  it('are planted wherever the schema has one', () => {
    const planted = new Planted();
    const found = new Set<string>();
    visitLeaves(configTree(planted, 'http://x'), (path, value) => {
      const isHeader = path.at(-2) === 'headers';
      const place = path.map((step, index) =>
        typeof step === 'number' ? '[]' : isHeader && index === path.length - 1 ? '*' : String(step),
      );
      if (String(value).includes('PLANTED')) found.add(place.join('.'));
    });
    const secretPlaces = configPlaces().filter(({ secret }) => secret);
    const places = secretPlaces.map(({ path }) => path.join('.'));
    expect(places.filter((place) => !found.has(place))).toEqual([]);
  });

  it('come out nowhere, and client keys do not travel upstream', async () => {
    const upstream = await newUpstream();
    const running = await start(upstream);
    const { proxy, planted } = running;
    const answers = await traffic(running);
    const told = await management(running);
    await proxy.usage.ledger.flush();
    const outputs: Readonly<Record<string, readonly string[]>> = {
      answers,
      management: told,
      logs: proxy.logs.map((line) => JSON.stringify(line)),
      files: written(running),
    };
    const leaks = Object.entries(outputs).flatMap(([where, texts]) =>
      texts.flatMap((text) => planted.toldBy(text).map((what) => `${where}: ${what} in ${text.slice(0, 2_000)}`)),
    );
    expect(leaks).toEqual([]);
    const upstreamSaw = upstream.received.flatMap((text) => planted.toldBy(text));
    expect(
      [...new Set(upstreamSaw)].filter((what) => /client-key|management|disabled|without-effect|nobody-knows|proxy/.test(what)),
    ).toEqual([]);
    // The search would find something: the upstream was shown what it must be shown.
    expect(new Set(upstreamSaw)).toContain('chat-api-key');
    expect(outputs.files?.length).toBeGreaterThan(1);
    expect(answers.filter((text) => text.startsWith('200')).length).toBeGreaterThan(5);
  });
});
