import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { exchange } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

/** HTTP as hardly anybody writes it, byte by byte, for a client of each dialect behind each upstream dialect. */

const clients = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
type Client = (typeof clients)[number];
const cells = clients.flatMap((client) => clients.map((model) => [client, model] as const));

/** Writes an answer: its pieces one after the other, and then the end of the connection or nothing. */
type Script = (model: Client) => { readonly pieces: readonly string[]; readonly closes: boolean };

interface Upstream {
  readonly base: string;
  script: Script;
  readonly open: Set<Socket>;
  readonly close: () => void;
}

const written = (socket: Socket, piece: string): Promise<unknown> =>
  new Promise((resolve) => {
    socket.write(piece, () => setImmediate(resolve));
  });

const startUpstream = async (): Promise<Upstream> => {
  const open = new Set<Socket>();
  const upstream: { -readonly [K in keyof Upstream]: Upstream[K] } = {
    base: '',
    script: () => ({ pieces: [], closes: true }),
    open,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    open.add(socket);
    let held = '';
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (data) => {
      held += data.toString('latin1');
      const head = held.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
      if (head < 0 || held.length < head + 4 + length) return;
      const path = /^POST \/([a-z-]+)/.exec(held)?.[1] as Client;
      held = '';
      void play(socket, upstream.script(path));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  upstream.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return upstream;
};

const play = async (socket: Socket, { pieces, closes }: ReturnType<Script>): Promise<void> => {
  for (const piece of pieces) await written(socket, piece);
  if (closes) socket.end();
};

let upstream: Upstream;
let app: FastifyInstance;
beforeAll(async () => {
  upstream = await startUpstream();
  const base = (name: Client): string => `${upstream.base}/${name}`;
  const compatible = (name: Client, wire: string): object => ({
    name,
    'base-url': base(name),
    'wire-api': wire,
    'api-key-entries': [{ 'api-key': 'k' }],
    models: [{ name }],
  });
  const vendor = (name: Client): object => [{ 'api-key': 'k', 'base-url': base(name), models: [{ name }] }];
  app = await buildProxy({
    config: {
      'openai-compatibility': [compatible('openai-chat', 'chat'), compatible('openai-responses', 'responses')],
      'claude-api-key': vendor('anthropic-messages'),
      'gemini-api-key': vendor('gemini-generate'),
      'request-timeout-seconds': 20,
    },
    clock: { now: () => 1_770_000_000_000 },
  });
});
afterAll(async () => {
  await app.close();
  upstream.close();
});

const paths: Readonly<Record<Client, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  'gemini-generate': '/v1beta/models/MODEL:ACTION',
};

const ask = async (client: Client, model: Client, stream: boolean) => {
  const action = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const messages = [{ role: 'user', content: 'hi' }];
  // Who asks for usage gets the stream as it comes.
  const asking = stream && client === 'openai-chat' && model === client && { stream_options: { include_usage: true } };
  const { statusCode, headers, body } = await app.inject({
    method: 'POST',
    url: paths[client].replace('MODEL', model).replace('ACTION', action),
    payload: { model, stream, ...asking, max_tokens: 9, messages, input: 'hi', contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  });
  return { status: statusCode, type: headers['content-type'], body };
};

const inEachCell = async <T>(one: (client: Client, model: Client) => Promise<T>): Promise<Record<string, T>> => {
  const seen: Record<string, T> = {};
  for (const [client, model] of cells) seen[`${client} behind ${model}`] = await one(client, model);
  return seen;
};

const chunksOf = (model: Client, stream: boolean): readonly string[] =>
  exchange(`${model}/text${stream ? '.stream' : ''}`).response.chunks.map((chunk) =>
    'utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString(),
  );

const bodyOf = (model: Client, stream: boolean): string => chunksOf(model, stream).join('');

/** Two events of a stream, or half of a whole answer. */
const halfOf = (model: Client, stream: boolean): string => {
  if (stream) return chunksOf(model, stream).slice(0, 2).join('');
  const body = bodyOf(model, stream);
  return body.slice(0, body.length >> 1);
};

const type = (stream: boolean): string => `content-type: ${stream ? 'text/event-stream' : 'application/json'}\r\n`;
const chunked = (body: string): string => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
const sized = (body: string, stream: boolean, more = 0): string =>
  `HTTP/1.1 200 OK\r\n${type(stream)}content-length: ${Buffer.byteLength(body) + more}\r\n\r\n`;
const inChunks = (stream: boolean, fields = ''): string => `HTTP/1.1 200 OK\r\n${type(stream)}${fields}transfer-encoding: chunked\r\n\r\n`;

const goOn = 'HTTP/1.1 100 Continue\r\n\r\n';
const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\ncontent-length: 5\r\n\r\n';
const processing = 'HTTP/1.1 102 Processing\r\n\r\n';

type Odd = (body: string, stream: boolean) => readonly string[];

const harmless: readonly (readonly [string, Odd])[] = [
  ['100 Continue that nobody asked for', (body, stream) => [goOn, sized(body, stream), body]],
  ['100 Continue in the same packet', (body, stream) => [goOn + sized(body, stream) + body]],
  [
    '100 Continue in pieces, several times',
    (body, stream) => [goOn.slice(0, 7), goOn.slice(7, 20), `${goOn.slice(20)}${goOn}`, sized(body, stream) + body],
  ],
  ['100 Continue with headers', (body, stream) => ['HTTP/1.1 100 Go on\r\nx: 1\r\n\r\n', sized(body, stream), body]],
  ['103 Early Hints', (body, stream) => [hints, sized(body, stream), body]],
  ['several of all kinds', (body, stream) => [processing, goOn + hints, hints, sized(body, stream), body]],
  [
    'trailers',
    (body, stream) => [inChunks(stream, 'trailer: x-sum\r\n'), chunked(body), '0\r\nx-sum: 1\r\ncontent-type: text/html\r\n\r\n'],
  ],
  ['chunks with extensions', (body, stream) => [inChunks(stream), chunked(body).replace('\r\n', ';a="b"\r\n'), '0;c\r\n\r\n']],
];

describe.each([true, false])('stream: %s', (stream) => {
  const plain = (): Promise<Record<string, unknown>> => {
    upstream.script = (model) => ({ pieces: [sized(bodyOf(model, stream), stream), bodyOf(model, stream)], closes: false });
    return inEachCell((client, model) => ask(client, model, stream));
  };

  it.each(harmless)('%s makes no difference', async (_what, odd) => {
    const expected = await plain();
    upstream.script = (model) => ({ pieces: odd(bodyOf(model, stream), stream), closes: false });
    expect(await inEachCell((client, model) => ask(client, model, stream))).toEqual(expected);
  });

  it.each([
    ['of HTTP/1.0 with its connection', `HTTP/1.0 200 OK\r\n${type(stream)}\r\n`],
    ['of HTTP/1.1 without a length with its connection', `HTTP/1.1 200 OK\r\n${type(stream)}\r\n`],
  ])('an answer ends, %s', async (_what, head) => {
    const expected = await plain();
    upstream.script = (model) => ({ pieces: [head, bodyOf(model, stream)], closes: true });
    expect(await inEachCell((client, model) => ask(client, model, stream))).toEqual(expected);
  });

  it.each<readonly [string, boolean, (half: string, body: string) => readonly string[]]>([
    ['a length beyond the body', true, (half) => [sized(half, stream, 10), half]],
    ['a length short of the body', false, (half, body) => [sized(half, stream), body]],
    ['a connection of HTTP/1.0 that ends early', true, (half) => [`HTTP/1.0 200 OK\r\n${type(stream)}\r\n`, half]],
    ['an end of chunks that does not come', true, (half) => [inChunks(stream), chunked(half)]],
    ['a chunk that is longer than it says', false, (half) => [inChunks(stream), chunked(half), '3\r\nlonger\r\n0\r\n\r\n']],
    ['trailers that are none', false, (half) => [inChunks(stream), chunked(half), '0\r\nno colon\r\n\r\n']],
  ])('%s is a failure in the words of the dialect, and its connection is not used again', async (_what, closes, odd) => {
    upstream.script = (model) => ({ pieces: odd(halfOf(model, stream), bodyOf(model, stream)), closes });
    const seen = await inEachCell(async (client, model) => {
      const { status, body } = await ask(client, model, stream);
      return { status, error: errorIn(body, stream && status === 200) };
    });
    expect(seen).toEqual(
      Object.fromEntries(cells.map(([client, model]) => [`${client} behind ${model}`, expectedFailure(client, stream)])),
    );
    while (upstream.open.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it.each([600, 999])('a status of no class, %i, is a failure in the words of the dialect', async (status) => {
    upstream.script = () => ({ pieces: [sized('{}', false).replace('200 OK', `${status} Odd`), '{}'], closes: false });
    const seen = await inEachCell(async (client, model) => {
      const said = await ask(client, model, stream);
      return { status: said.status, error: JSON.parse(said.body) as unknown };
    });
    const expected = cells.map(([client, model]) => [`${client} behind ${model}`, expectedFailure(client, false)]);
    expect(seen).toEqual(Object.fromEntries(expected));
  });

  it('a body that begins like an interim answer is a body', async () => {
    const body = `${goOn}${bodyOf('openai-chat', true)}`;
    upstream.script = () => ({ pieces: [sized(body, true), goOn, bodyOf('openai-chat', true)], closes: false });
    expect(await ask('openai-chat', 'openai-chat', true)).toEqual({ status: 200, type: 'text/event-stream', body });
  });

  it('interim answers without an end are bounded in size, each of them', async () => {
    upstream.script = () => ({ pieces: [`HTTP/1.1 100 Continue\r\nx: ${'y'.repeat(100_000)}`], closes: false });
    const { status } = await ask('openai-chat', 'openai-chat', stream);
    expect(status).toBe(502);
  });
});

const message = expect.any(String) as unknown;

const expectedFailure = (client: Client, stream: boolean): object => {
  const code = 'upstream_bad_answer';
  const error: Readonly<Record<Client, object>> = {
    'openai-chat': { error: { message, type: 'server_error', param: null, code } },
    'openai-responses': stream
      ? { type: 'error', code, message, param: null, sequence_number: expect.any(Number) as unknown }
      : { error: { message, type: 'server_error', param: null, code } },
    'anthropic-messages': { type: 'error', error: { type: 'api_error', message } },
    'gemini-generate': { error: { code: 502, message, status: expect.any(String) as unknown } },
  };
  return { status: stream ? 200 : 502, error: error[client] };
};

/** The error as body, or as the last event. */
const errorIn = (body: string, isStream: boolean): unknown => {
  if (!isStream) return JSON.parse(body) as unknown;
  const [last = ''] = body
    .trimEnd()
    .split(/\n\r?\n/)
    .slice(-1);
  return JSON.parse(/^data: (.*)$/m.exec(last)?.[1] ?? '"no data"') as unknown;
};
