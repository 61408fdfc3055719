import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { answer, startMockUpstream } from '#fixtures/index';
import type { MockUpstream } from '#fixtures/index';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { openProxy } from '../app.ts';
import type { RunningProxy } from '../app.ts';
import { parseConfig } from '../config/parse.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

const running: RunningProxy[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ app }) => app.close()));
});

const parsed = (keys: readonly unknown[], baseUrl = upstream.baseUrl('openai-chat')) =>
  parseConfig({
    'api-keys': keys,
    'openai-compatibility': [
      {
        name: 'own',
        'base-url': baseUrl,
        'api-key-entries': [{ 'api-key': 'upstream-key' }],
        models: [{ name: 'gpt-a' }, { name: 'gpt-b' }, { name: 'opus' }],
      },
    ],
  });

const start = async (keys: readonly unknown[], baseUrl?: string) => {
  const clock = { at: Date.UTC(2026, 1, 3, 12) };
  const proxy = await openProxy(parsed(keys, baseUrl), { clock: { now: () => clock.at } });
  running.push(proxy);
  const url = await proxy.app.listen({ host: '127.0.0.1', port: 0 });
  return { url, clock, proxy, rotate: (next: readonly unknown[]) => proxy.live.apply(parsed(next, baseUrl)) };
};

let tokens = 0;
const newToken = (): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, answer('text'));
  return token;
};

const chat = async (url: string, key: string, model = 'gpt-a') => {
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: newToken() }] }),
  });
  const json = (await reply.json()) as { readonly error?: { readonly code: string } };
  return { status: reply.status, code: json.error?.code, retryAfter: reply.headers.get('retry-after') };
};

const ok = { status: 200, code: undefined, retryAfter: null };

const listed = async (url: string, key: string, path = '/v1/models'): Promise<unknown> => {
  const reply = await fetch(url + path, { headers: { 'x-api-key': key } });
  const { data, models } = (await reply.json()) as { data?: readonly { id: string }[]; models?: readonly { name: string }[] };
  return data?.map(({ id }) => id) ?? models?.map(({ name }) => name);
};

describe('the models of a key', () => {
  const keys = [{ key: 'narrow', models: ['GPT-*', 'nothing'] }, 'wide'];

  it('are the only ones that it may ask for, with or without suffix, in the envelope of the client’s dialect', async () => {
    const { url } = await start(keys);
    expect(await chat(url, 'narrow')).toEqual(ok);
    expect(await chat(url, 'narrow', 'gpt-b(high)')).toEqual(ok);
    expect(await chat(url, 'wide', 'opus')).toEqual(ok);
    const refused = { status: 403, code: 'model_not_allowed', retryAfter: null };
    expect([await chat(url, 'narrow', 'opus'), await chat(url, 'narrow', 'opus(high)'), await chat(url, 'narrow', 'unheard-of')]).toEqual([
      refused,
      refused,
      refused,
    ]);
    const reply = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'narrow' },
      body: JSON.stringify({ model: 'opus', max_tokens: 5, messages: [] }),
    });
    expect([reply.status, await reply.json()]).toMatchObject([403, { type: 'error', error: { type: 'permission_error' } }]);
  });

  it('are the only ones that its lists show', async () => {
    const { url } = await start(keys);
    expect([await listed(url, 'narrow'), await listed(url, 'wide')]).toEqual([
      ['gpt-a', 'gpt-b'],
      ['gpt-a', 'gpt-b', 'opus'],
    ]);
    expect(await listed(url, 'narrow', '/v1beta/models')).toEqual(['models/gpt-a', 'models/gpt-b']);
    const one = async (key: string, model: string): Promise<number> =>
      (await fetch(`${url}/v1/models/${model}`, { headers: { 'x-api-key': key } })).status;
    expect([await one('narrow', 'gpt-a'), await one('narrow', 'opus'), await one('wide', 'opus')]).toEqual([200, 403, 200]);
  });

  it('hide the names of the others from refusals', async () => {
    const { url } = await start([{ key: 'narrow', models: ['opu*'] }]);
    const reply = await fetch(`${url}/v1/models/opux`, { headers: { 'x-api-key': 'narrow' } });
    expect([reply.status, await reply.text()]).toEqual([404, expect.not.stringContaining('gpt')]);
  });
});

describe('the limits of a key', () => {
  it('answer 429 with the time to wait, and ask nobody', async () => {
    const { url, clock } = await start([{ key: 'k', 'requests-per-minute': 2 }]);
    expect([await chat(url, 'k'), await chat(url, 'k'), await chat(url, 'k')]).toEqual([
      ok,
      ok,
      { status: 429, code: 'key_rate_limited', retryAfter: '30' },
    ]);
    clock.at += 30_000;
    expect(await chat(url, 'k')).toEqual(ok);
  });

  it('count the tokens that answers tell of', async () => {
    const { url } = await start([{ key: 'k', 'tokens-per-day': 1 }]);
    expect([await chat(url, 'k'), await chat(url, 'k')]).toEqual([
      ok,
      { status: 429, code: 'key_budget_spent', retryAfter: String(12 * 3600) },
    ]);
  });

  it('outlive a reload, also when the key behind a name changes', async () => {
    const { url, rotate } = await start([{ key: 'old', name: 'ci', 'requests-per-minute': 2 }, 'other']);
    expect(await chat(url, 'old')).toEqual(ok);
    rotate([
      { key: 'new', name: 'ci', 'requests-per-minute': 2 },
      { key: 'old', name: 'ci', 'requests-per-minute': 2 },
    ]);
    expect([await chat(url, 'new'), await chat(url, 'old'), await chat(url, 'new')]).toEqual([
      ok,
      { status: 429, code: 'key_rate_limited', retryAfter: '30' },
      { status: 429, code: 'key_rate_limited', retryAfter: '30' },
    ]);
  });
});

describe('rotation', () => {
  it('fails no request of a key that is valid all the time, over 50 reloads under traffic', async () => {
    const { url, rotate } = await start(['always', 'key-0']);
    const results: unknown[] = [];
    const stop = new AbortController();
    const work = async (): Promise<void> => {
      while (!stop.signal.aborted) results.push(await chat(url, 'always'));
    };
    const workers = [1, 2, 3].map(work);
    for (let round = 1; round <= 50; round += 1) {
      // Two keys at once while one follows the other.
      rotate(['always', `key-${round - 1}`, `key-${round}`]);
      expect(await Promise.all([chat(url, `key-${round - 1}`), chat(url, `key-${round}`)])).toEqual([ok, ok]);
      rotate([`key-${round}`, 'always']);
      expect(await chat(url, `key-${round - 1}`)).toMatchObject({ status: 401, code: 'invalid_api_key' });
    }
    stop.abort();
    await Promise.all(workers);
    expect(results.length).toBeGreaterThan(50);
    expect(results.filter((result) => JSON.stringify(result) !== JSON.stringify(ok))).toEqual([]);
  }, 120_000);

  it('lets a request run to its end whose key is taken away', async () => {
    const arrived = new EventEmitter();
    const slow = createServer((_request, response) => void arrived.emit('request', response)).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { url, rotate } = await start(['going', 'staying'], `http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
    const asked = once(arrived, 'request') as Promise<[ServerResponse]>;
    const answered = chat(url, 'going');
    const [response] = await asked;
    rotate(['staying']);
    expect(await chat(url, 'going')).toMatchObject({ status: 401 });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"id":"x","object":"chat.completion","choices":[]}');
    expect(await answered).toEqual(ok);
    slow.closeAllConnections();
    slow.close();
  });
});

describe('a socket', () => {
  const socketOf = async (url: string): Promise<WebSocket> => {
    const headers = { authorization: 'Bearer k', 'openai-beta': 'responses_websockets=2026-02-06' };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, { headers });
    await once(socket, 'open');
    return socket;
  };

  /** Sends one request; the type of the last frame of its answer, or the code of the error. */
  const askOn = (socket: WebSocket, model: string): Promise<unknown> =>
    new Promise((resolve) => {
      const listen = (data: Buffer): void => {
        const frame = JSON.parse(data.toString()) as { readonly type: string; readonly error?: { readonly code?: string } };
        if (frame.type !== 'error' && frame.type !== 'response.completed') return;
        socket.off('message', listen);
        resolve(frame.error?.code ?? frame.type);
      };
      socket.on('message', listen);
      const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: newToken() }] }];
      socket.send(JSON.stringify({ type: 'response.create', model, input }));
    });

  it('is held to the scope of its key, request by request', async () => {
    const { url, rotate } = await start([{ key: 'k', name: 'ci', models: ['gpt-*'], 'requests-per-minute': 3 }]);
    const socket = await socketOf(url);
    expect([await askOn(socket, 'gpt-a'), await askOn(socket, 'opus')]).toEqual(['response.completed', 'model_not_allowed']);
    rotate([{ key: 'k', name: 'ci', 'requests-per-minute': 3 }]);
    expect([await askOn(socket, 'opus'), await askOn(socket, 'opus')]).toEqual(['response.completed', 'key_rate_limited']);
    rotate(['another']);
    expect(await askOn(socket, 'gpt-a')).toBe('invalid_api_key');
    socket.close();
    await once(socket, 'close');
  });
});
