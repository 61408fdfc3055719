import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exchange } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { Clock } from '../clock.ts';

/** Time that passes only when a test says so. */
class VirtualClock implements Clock {
  #now = 1_770_000_000_000;
  readonly #timers = new Map<object, { readonly due: number; readonly fire: () => void }>();

  readonly now = (): number => this.#now;

  readonly after = (ms: number, fire: () => void) => {
    const id = {};
    const restart = (): void => void this.#timers.set(id, { due: this.#now + ms, fire });
    restart();
    return { restart, stop: () => void this.#timers.delete(id) };
  };

  get running(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [id, timer] of this.#timers) {
      if (timer.due > this.#now || !this.#timers.has(id)) continue;
      this.#timers.delete(id);
      timer.fire();
    }
  }
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An upstream that answers as the test goes along. */
const heldUpstream = async () => {
  let arrived: (response: ServerResponse) => void = () => undefined;
  const arrival = new Promise<ServerResponse>((resolve) => {
    arrived = resolve;
  });
  const server = createServer((request, response) => void request.resume().on('end', () => arrived(response)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrival };
};

const start = async (more: object = {}) => {
  const clock = new VirtualClock();
  const { base, arrival } = await heldUpstream();
  const compatible = (name: string, wire: string): object => ({
    name,
    'base-url': base,
    'wire-api': wire,
    'api-key-entries': [{ 'api-key': 'k' }],
    models: [{ name }],
  });
  const vendor = (name: string): object => [{ 'api-key': 'k', 'base-url': base, models: [{ name }] }];
  const app: FastifyInstance = await buildProxy({
    config: {
      'openai-compatibility': [compatible('openai-chat', 'chat'), compatible('openai-responses', 'responses')],
      'claude-api-key': vendor('anthropic-messages'),
      'gemini-api-key': vendor('gemini-generate'),
      ...more,
    },
    clock,
  });
  closing.unshift(() => app.close());
  return { app, clock, arrival, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
};

const paths = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  'gemini-generate': '/v1beta/models/gemini-generate:streamGenerateContent?alt=sse',
} as const;
type Client = keyof typeof paths;
const clients = Object.keys(paths) as Client[];

const body = (model: string, stream = true): object => {
  const messages = [{ role: 'user', content: 'hi' }];
  // Who asks for usage gets the stream as it comes.
  const asking = stream && model === 'openai-chat' && { stream_options: { include_usage: true } };
  return { model, stream, ...asking, max_tokens: 9, input: 'hi', messages, contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
};

const post = (url: string, path: string, what: object, signal?: AbortSignal): Promise<Response> =>
  fetch(url + path, { method: 'POST', body: JSON.stringify(what), ...(signal !== undefined && { signal }) });

const events = (id: Client): readonly string[] => {
  const text = exchange(`${id}/text.stream`)
    .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString()))
    .join('');
  return text.split(/(?<=\n\r?\n)/);
};

const sse = { 'content-type': 'text/event-stream' };
const keepAlive = ': keep-alive\n\n';

/** Reads exactly as many characters as are expected next. */
const newReader = (response: Response) => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  return async (length: number): Promise<string> => {
    while (held.length < length) {
      const next = await reader?.read();
      if (next?.done !== false) break;
      held += next.value;
    }
    const out = held.slice(0, length);
    held = held.slice(length);
    return out;
  };
};

describe('a stream that is silent', () => {
  it.each(clients)('%s: keep-alives before the first token, then the answer as it came', async (client) => {
    const { url, clock, arrival } = await start();
    const asked = post(url, paths[client], body(client));
    const upstream = await arrival;
    clock.advance(14_999);
    clock.advance(1);
    const response = await asked;
    clock.advance(15_000);
    upstream.writeHead(200, { ...sse, 'x-request-id': 'req-1' }).end(events(client).join(''));
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-accel-buffering')]).toEqual([
      200,
      'text/event-stream',
      'no',
    ]);
    const id = client === 'anthropic-messages' ? ': x-request-id: req-1\n: request-id: req-1\n\n' : ': x-request-id: req-1\n\n';
    expect(await response.text()).toBe(`${keepAlive}${keepAlive}${id}${events(client).join('')}`);
    expect(clock.running).toBe(0);
  });

  it.each(clients)('%s: keep-alives between tokens, counted from the last one', async (client) => {
    const { url, clock, arrival } = await start();
    const asked = post(url, paths[client], body(client));
    const upstream = await arrival;
    const [first = '', second = '', ...rest] = events(client);
    clock.advance(10_000);
    upstream.writeHead(200, sse).write(first);
    const read = newReader(await asked);
    expect(await read(first.length)).toBe(first);
    clock.advance(14_999);
    upstream.write(second);
    expect(await read(second.length)).toBe(second);
    clock.advance(15_000);
    expect(await read(keepAlive.length)).toBe(keepAlive);
    upstream.end(rest.join(''));
    expect(await read(Number.POSITIVE_INFINITY)).toBe(rest.join(''));
    expect(clock.running).toBe(0);
  });

  it('never gets one inside of an event', async () => {
    const { url, clock, arrival } = await start();
    const asked = post(url, paths['openai-chat'], body('openai-chat'));
    const upstream = await arrival;
    const [first = '', second = '', ...rest] = events('openai-chat');
    upstream.writeHead(200, sse).write(first + second.slice(0, 20));
    const read = newReader(await asked);
    expect(await read(first.length)).toBe(first);
    clock.advance(15_000);
    upstream.end(second.slice(20) + rest.join(''));
    expect(await read(Number.POSITIVE_INFINITY)).toBe(keepAlive + second + rest.join(''));
  });

  it('as a JSON array stays one', async () => {
    const { url, clock, arrival } = await start();
    const asked = post(url, '/v1beta/models/gemini-generate:streamGenerateContent', body('gemini-generate'));
    const upstream = await arrival;
    clock.advance(15_000);
    const read = newReader(await asked);
    expect(await read(1)).toBe('\n');
    const [first = '', ...rest] = events('gemini-generate');
    upstream.writeHead(200, sse).write(first);
    const opening = await read(1);
    clock.advance(15_000);
    upstream.end(rest.join(''));
    const text = opening + (await read(Number.POSITIVE_INFINITY));
    expect(text).toContain('}\n,\n{');
    expect(JSON.parse(text)).toHaveLength(events('gemini-generate').length);
  });

  it('becomes the answer of an upstream that does not stream', async () => {
    const { url, clock, arrival } = await start();
    const asked = post(url, paths['anthropic-messages'], body('openai-chat'));
    const upstream = await arrival;
    clock.advance(15_000);
    const response = await asked;
    upstream.writeHead(200, { 'content-type': 'application/json' });
    upstream.end('{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}');
    const text = await response.text();
    expect([text.startsWith(keepAlive), text.includes('"text":"ok"'), text.trimEnd().endsWith('data: {"type":"message_stop"}')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(clock.running).toBe(0);
  });
});

const refuse = (upstream: ServerResponse): void => {
  upstream.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' });
  upstream.end('{"error":{"message":"slow down","type":"t","param":null,"code":"c"}}');
};

describe('an error before the first event', () => {
  it.each(clients)('%s: is an ordinary one as long as no keep-alive was sent', async (client) => {
    const { url, clock, arrival } = await start();
    const asked = post(url, paths[client], body('openai-chat'));
    const upstream = await arrival;
    clock.advance(client === 'gemini-generate' ? 0 : 14_999);
    if (client === 'gemini-generate') upstream.writeHead(429, { 'retry-after': '7' }).end('{"error":{"message":"slow down"}}');
    else refuse(upstream);
    const response = await asked;
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.json()).toMatchObject({ error: { message: 'slow down' } });
    expect(clock.running).toBe(0);
  });

  const shapes: Record<Client, object> = {
    'openai-chat': { error: { message: 'slow down' } },
    'openai-responses': { type: 'error', message: 'slow down' },
    'anthropic-messages': { type: 'error', error: { message: 'slow down', type: 'rate_limit_error' } },
    'gemini-generate': { error: { code: 429, message: 'slow down' } },
  };

  it.each(clients)('%s: is the error event of the dialect after one', async (client) => {
    const { url, clock, arrival } = await start();
    const asked = post(url, paths[client], body(client));
    const upstream = await arrival;
    clock.advance(15_000);
    const response = await asked;
    refuse(upstream);
    const text = await response.text();
    const head = `${keepAlive}: retry-after: 7\n\n`;
    expect([response.status, text.slice(0, head.length)]).toEqual([200, head]);
    const [, data = ''] = text.slice(head.length).split('data: ');
    expect(JSON.parse(data)).toMatchObject(shapes[client]);
    expect(clock.running).toBe(0);
  });

  it('in a JSON array is its only element', async () => {
    const { url, clock, arrival } = await start();
    const asked = post(url, '/v1beta/models/gemini-generate:streamGenerateContent', body('gemini-generate'));
    const upstream = await arrival;
    clock.advance(15_000);
    const response = await asked;
    refuse(upstream);
    expect(await response.json()).toMatchObject([shapes['gemini-generate']]);
  });
});

describe('no timer', () => {
  it.each([
    ['runs when keep-alives are off', { streaming: { 'keepalive-seconds': 0 } }, true],
    ['runs for a client that does not stream', {}, false],
  ])('%s', async (_when, more, stream) => {
    const { url, clock, arrival } = await start(more);
    const asked = post(url, paths['openai-chat'], body('openai-chat', stream));
    const upstream = await arrival;
    expect(clock.running).toBe(0);
    refuse(upstream);
    expect((await asked).status).toBe(429);
  });

  it('stays when the client leaves', async () => {
    const { url, clock, arrival } = await start();
    const leaving = new AbortController();
    const asked = post(url, paths['openai-chat'], body('openai-chat'), leaving.signal);
    const upstream = await arrival;
    expect(clock.running).toBe(1);
    clock.advance(15_000);
    await asked;
    const left = once(upstream, 'close');
    leaving.abort();
    await left;
    expect(clock.running).toBe(0);
  });

  it('stays when the proxy closes, and the answer is broken off', async () => {
    const { app, url, clock, arrival } = await start();
    const asked = post(url, paths['openai-chat'], body('openai-chat'));
    await arrival;
    clock.advance(15_000);
    const ended = (await asked).text();
    await Promise.all([app.close(), expect(ended).rejects.toThrow('terminated')]);
    expect(clock.running).toBe(0);
  });
});
