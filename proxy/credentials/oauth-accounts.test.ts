import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import { EventStreamCodec } from '@smithy/eventstream-codec';
import { afterEach, describe, expect, it } from 'vitest';

import { openTokenEndpoint } from '#fixtures/upstreams/token-endpoint';
import type { TokenEndpoint } from '#fixtures/upstreams/token-endpoint';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';

// Accounts as clients of the proxy see them: on sockets, from their request to the token endpoint and back.

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (call: Call, response: ServerResponse) => void;

const openUpstream = async (answer: Answer) => {
  const calls: Call[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString('utf8') };
    calls.push(call);
    answer(call, response);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
};

/** An HTTP proxy that takes these authorities elsewhere, and all others where they say. Resolves with its URL. */
const openTunnel = async (instead: Readonly<Record<string, string>>): Promise<string> => {
  const server = createServer();
  server.on('connect', ({ url = '' }, client) => {
    const [host = '', port = ''] = (instead[url] ?? url).split(':');
    const further = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      further.pipe(client).pipe(further);
    });
    for (const end of [further, client]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const endpointOf = async (style: 'oauth' | 'camel' = 'oauth'): Promise<TokenEndpoint> => {
  const endpoint = await openTokenEndpoint({ refreshToken: 'refresh-0', style });
  cleanups.push(() => endpoint.close());
  return endpoint;
};

const openProxy = async (authFiles: readonly object[]) => {
  const logs: ProxyLogLine[] = [];
  const app = await buildProxy({ config: {}, authFiles, onLog: (line) => logs.push(line) });
  cleanups.push(() => app.close());
  const ask = (model: string, more: object = {}, url = '/v1/chat/completions') =>
    app.inject({ method: 'POST', url, payload: { model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 9, ...more } });
  return { logs, ask };
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const kiroEvent = (type: string, payload: unknown): Uint8Array =>
  codec.encode({
    headers: { ':message-type': { type: 'string', value: 'event' }, ':event-type': { type: 'string', value: type } },
    body: Buffer.from(JSON.stringify(payload)),
  });

const deadToken = { message: 'The bearer token included in the request is invalid.', reason: null };

const kiroSays =
  (endpoint: TokenEndpoint): Answer =>
  ({ headers }, response) => {
    if (headers.authorization !== `Bearer ${endpoint.accessToken() ?? 'none'}`) return json(response, 403, deadToken);
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.write(kiroEvent('assistantResponseEvent', { content: 'Hello ' }));
    return void response.end(kiroEvent('assistantResponseEvent', { content: 'there.' }));
  };

const openKiro = async () => {
  const endpoint = await endpointOf('camel');
  const upstream = await openUpstream(kiroSays(endpoint));
  const file = {
    type: 'kiro',
    base_url: upstream.url,
    token_url: endpoint.url,
    access_token: 'access-0',
    refresh_token: 'refresh-0',
    auth_method: 'social',
    profile_arn: 'arn:aws:p',
    // It lies: the upstream knows no such token.
    expires_at: '2100-01-01T00:00:00Z',
  };
  return { endpoint, upstream, ...(await openProxy([file])) };
};

const model = 'kiro-claude-sonnet-4-5';

describe('a Kiro account', () => {
  it('whose token is refused with 403 is renewed although the file claims years, and the client sees only the answer', async () => {
    const { ask, endpoint, upstream } = await openKiro();
    const answer = await ask(model);
    expect([answer.statusCode, answer.json<{ choices: unknown }>().choices]).toEqual([
      200,
      [expect.objectContaining({ message: expect.objectContaining({ content: 'Hello there.' }) as unknown, finish_reason: 'stop' })],
    ]);
    expect(endpoint.calls.map(({ members }) => members)).toEqual([{ refreshToken: 'refresh-0' }]);
    expect(upstream.calls.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/generateAssistantResponse', 'Bearer access-0'],
      ['/generateAssistantResponse', 'Bearer access-1'],
    ]);
    expect(JSON.parse(upstream.calls[1]?.body ?? '')).toEqual({
      profileArn: 'arn:aws:p',
      conversationState: {
        conversationId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
        chatTriggerType: 'MANUAL',
        currentMessage: { userInputMessage: { content: 'hi', modelId: 'claude-sonnet-4.5', origin: 'AI_EDITOR' } },
        history: [],
      },
    });
  });

  it('streams', async () => {
    const { ask } = await openKiro();
    const answer = await ask(model, { stream: true }, '/v1/messages');
    const texts = [...answer.payload.matchAll(/"text_delta","text":"([^"]*)"/g)].map(([, text]) => text);
    expect([answer.statusCode, texts.join('')]).toEqual([200, 'Hello there.']);
    expect(answer.payload).toContain('event: message_stop');
  });

  it('is renewed once for fifty clients whose token dies at a time, and all are answered', async () => {
    const { ask, endpoint } = await openKiro();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(model)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(endpoint.calls).toHaveLength(1);
  });

  it('that has to log in again is not asked for tokens a second time, and no token is told', async () => {
    const { ask, endpoint, logs } = await openKiro();
    endpoint.revoke();
    const answers = [await ask(model), await ask(model), await ask(model)];
    expect(answers.every(({ statusCode }) => statusCode >= 400)).toBe(true);
    expect(endpoint.calls).toHaveLength(1);
    const told = JSON.stringify([answers.map(({ payload, headers }) => [payload, headers]), logs]);
    expect(told).not.toMatch(/access-0|refresh-0|arn:aws/);
  });

  it('names the proxy itself', async () => {
    const { ask, upstream } = await openKiro();
    await ask(model);
    expect(upstream.calls.map(({ headers }) => headers['user-agent']?.split('/')[0])).toEqual(['wireproof-proxy', 'wireproof-proxy']);
    const names = Object.keys(upstream.calls[0]?.headers ?? {}).toSorted();
    const ordinary = ['accept', 'accept-encoding', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'user-agent'];
    expect(names.filter((name) => !ordinary.includes(name))).toEqual([]);
  });
});

describe('other accounts', () => {
  const chat = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  };
  const message = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'ok' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  };

  it('of Qwen have their token renewed before its end, and go where the new one belongs', async () => {
    const endpoint = await endpointOf();
    const upstream = await openUpstream((_call, response) => json(response, 200, chat));
    endpoint.answerNext({ status: 200, body: { access_token: 'new', expires_in: 3_600, resource_url: 'http://model-host.example' } });
    const file = {
      type: 'qwen',
      // Only on the way there is a name for the mock: an address that a token names must not lead into a private network.
      proxy_url: await openTunnel({ 'model-host.example:80': new URL(upstream.url).host }),
      token_url: endpoint.url,
      access_token: 'old',
      refresh_token: 'refresh-0',
      expired: '2020-01-01T00:00:00Z',
    };
    const { ask } = await openProxy([file]);
    expect((await ask('qwen3-coder-plus')).statusCode).toBe(200);
    expect(upstream.calls.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/v1/chat/completions', 'Bearer new']]);
  });

  it('of Claude show a bearer token and no key', async () => {
    const upstream = await openUpstream((_call, response) => json(response, 200, message));
    const { ask } = await openProxy([{ type: 'claude', base_url: upstream.url, access_token: 'claude-token' }]);
    expect((await ask('claude-sonnet-4-6', {}, '/v1/messages')).statusCode).toBe(200);
    const { authorization, 'x-api-key': key, 'anthropic-version': version } = upstream.calls[0]?.headers ?? {};
    expect([authorization, key, version]).toEqual(['Bearer claude-token', undefined, '2023-06-01']);
  });

  it('whose refresh token two files share are refused at the start, both named', async () => {
    const file = { type: 'qwen', access_token: 'a', refresh_token: 'r' };
    await expect(openProxy([file, { ...file, access_token: 'b' }])).rejects.toMatchObject({
      problems: [{ where: 'authFiles[1]: refresh_token', actual: 'the one of authFiles[0]' }],
    });
  });

  it('of Kiro without what renewing needs are refused at the start', async () => {
    await expect(openProxy([{ type: 'kiro', access_token: 'a', auth_method: 'idc', region: 'x' }])).rejects.toMatchObject({
      problems: [
        { where: 'authFiles[0]: refresh_token' },
        { where: 'authFiles[0]: expires_at' },
        { where: 'authFiles[0]: client_id' },
        { where: 'authFiles[0]: client_secret' },
        { where: 'authFiles[0]: region' },
      ],
    });
  });
});
