import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { answer, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connect } from './connect.ts';
import { createProxy } from './create-proxy.ts';
import type { InProcessProxy } from './create-proxy.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

const open: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const config = (keys: readonly string[] = ['client-key'], model = 'gpt-5.3-codex') => ({
  'api-keys': keys,
  'openai-compatibility': [
    {
      name: 'chat',
      'base-url': upstream.baseUrl('openai-chat'),
      'api-key-entries': [{ 'api-key': 'k' }],
      models: [{ name: 'up', alias: model }],
    },
  ],
});

const start = async (tree: object = config()): Promise<InProcessProxy> => {
  const proxy = await createProxy({ config: tree });
  open.push(proxy);
  return proxy;
};

let tokens = 0;
const newToken = (script: Script): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  return token;
};

const ask = (token: string, stream: boolean) => ({
  model: 'gpt-5.3-codex',
  stream,
  messages: [{ role: 'user' as const, content: `Say that Wireproof is ok. ${token}` }],
});

const post = (proxy: InProcessProxy, body: object, init: RequestInit = {}): Promise<Response> =>
  proxy.fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer client-key', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });

describe('createProxy', () => {
  it('serves an SDK through its fetch, whole and streamed, without a port', async () => {
    const proxy = await start();
    const client = new OpenAI({ apiKey: 'client-key', baseURL: `${proxy.url}/v1`, fetch: proxy.fetch, maxRetries: 0 });
    const whole = await client.chat.completions.create({ ...ask(newToken(answer('text')), false), stream: false });
    expect(whole.choices[0]?.message.content).toBe('Wireproof says ok.');
    let text = '';
    const stream = await client.chat.completions.create({ ...ask(newToken(answer('text')), true), stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Wireproof says ok.');
  });

  it('delivers a stream as it comes', async () => {
    const proxy = await start();
    const script = replay({ exchange: 'openai-chat/text.stream', fault: { afterEvents: 2, ending: 'stall' } });
    const said = await post(proxy, ask(newToken(script), true));
    const reader = said.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? new Uint8Array()).toString('utf8')).toMatch(/^data: \{/);
    await reader?.cancel();
  });

  it('ends the upstream’s work when the caller leaves', async () => {
    const proxy = await start();
    const token = newToken(replay({ exchange: 'openai-chat/text.stream', dribble: { bytes: 500, everyMs: 60_000 } }));
    const leaving = new AbortController();
    const said = await post(proxy, ask(token, true), { signal: leaving.signal });
    await said.body?.getReader().read();
    leaving.abort();
    await upstream.settled(token, 5_000);
    expect(upstream.calls(token).map(({ receipt }) => receipt?.ended)).toEqual(['client-left']);
  });

  it('takes a Request, whatever host it names', async () => {
    const proxy = await start();
    const request = new Request('https://api.openai.com/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: 'Bearer client-key', 'content-type': 'application/json' },
      body: JSON.stringify(ask(newToken(answer('text')), false)),
    });
    expect((await proxy.fetch(request)).status).toBe(200);
  });

  it('takes another configuration for what begins from then on', async () => {
    const proxy = await start();
    proxy.reload(config(['new-key']));
    expect((await post(proxy, ask(newToken(answer('text')), false))).status).toBe(401);
    expect(() => proxy.reload({ port: 'many' })).toThrow('config: port');
    const headers = { authorization: 'Bearer new-key' };
    expect((await proxy.fetch('/v1/models', { headers })).status).toBe(200);
  });

  it('refuses after it was closed', async () => {
    const proxy = await start();
    await proxy.close();
    await expect(proxy.fetch('/health')).rejects.toThrow('fetch failed');
  });
});

const serve = async (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
  const server = createServer(handle);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => void server.close(resolve)) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const list = (...ids: readonly string[]): string => JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

describe('connect', () => {
  it('takes the proxy in this process when there is one', async () => {
    const proxy = await start();
    const found = await connect({ proxy, url: 'http://127.0.0.1:1', apiKey: 'client-key', model: 'gpt-5.3-codex' });
    expect(found).toEqual({ via: 'in-process', url: proxy.url, fetch: proxy.fetch, models: ['gpt-5.3-codex'], health: '/health' });
  });

  it('goes over HTTP else; a health path that is missing is not "down"', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? '-'}`);
      if (request.url === '/v1/models') response.end(list('gpt-5.3-codex'));
      else response.writeHead(404).end();
    });
    const found = await connect({ url: `${url}/`, apiKey: 'k' });
    expect({ ...found, fetch: undefined }).toEqual({ via: 'http', url, fetch: undefined, models: ['gpt-5.3-codex'] });
    expect(asked).toEqual(['/health -', '/healthz -', '/ -', '/v1/models Bearer k']);
  });

  it.each([
    ['key-refused', 401, '{"error":"Invalid API key"}'],
    ['no-model-list', 200, '<html>'],
    ['no-model-list', 200, '{"models":[]}'],
    ['no-model-list', 500, list('gpt-5.3-codex')],
    ['model-not-listed', 200, list()],
  ])('says %s', async (code, status, body) => {
    const url = await serve((_request, response) => void response.writeHead(status).end(body));
    await expect(connect({ url, model: 'gpt-5.3-codex' })).rejects.toMatchObject({ name: 'ConnectError', code });
  });

  it('says that nothing answers, and that there is nothing to ask', async () => {
    await expect(connect({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'unreachable' });
    await expect(connect({})).rejects.toMatchObject({ code: 'nothing-to-connect-to' });
  });
});
