import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { parse, stringify } from 'yaml';

import { openProxy } from '../app.ts';
import type { OpenedFrom, RunningProxy } from '../app.ts';
import { parseConfig } from '../config/parse.ts';
import { loadModules, moduleNames } from '../discovery.ts';
import { differences } from './table/differences.ts';
import { renderPersonas, valueAt } from './table/render.ts';
import type { Persona } from './persona.ts';

/** Asks a running proxy, over an upstream on a socket, about every difference between the personas. */

const folder = new URL('./', import.meta.url);
const personas = await loadModules<Persona>(folder, 'persona');
const remedyIds = moduleNames(new URL('../remedies/', folder), 'remedy');

/** A request that reached the upstream. */
interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Answering = (asked: Asked, index: number) => Reply | Promise<Reply>;

const parsedOrEmpty = (text: string): Asked['body'] => {
  try {
    return JSON.parse(text) as Asked['body'];
  } catch {
    return {};
  }
};

const give = async (response: ServerResponse, answer: Reply | Promise<Reply>): Promise<void> => {
  const { status = 200, headers = {}, body = '' } = await answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

let answering: Answering = () => ({ status: 500 });
let asked: Asked[] = [];
let upstream: Server;
let upstreamUrl = '';
beforeAll(async () => {
  upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen = { path: request.url ?? '', headers: request.headers, body: parsedOrEmpty(Buffer.concat(chunks).toString()) };
      asked.push(seen);
      void give(response, answering(seen, asked.length - 1));
    });
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  upstream.close();
  upstream.closeAllConnections();
  await once(upstream, 'close');
});

const open: RunningProxy[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ app }) => app.close()));
});

interface Setting {
  readonly config?: object;
  readonly authFiles?: readonly object[];
  readonly answer?: Answering;
  readonly keys?: readonly string[];
  /** The configuration lies in a file that cannot be written, in a directory that is not there. */
  readonly onReadOnlyDisk?: true;
}

const readOnlyFile = (tree: object): OpenedFrom => ({
  source: {
    path: '/wireproof-has-no-such-directory/config.yaml',
    read: () => stringify(tree),
    parse: (text) => parseConfig(parse(text)),
    write: () => Promise.reject(Object.assign(new Error('read-only'), { code: 'EROFS' })),
  },
});

interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const chatAnswer = ({ body }: Asked): Reply => ({
  body: JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  }),
});

const start = 1_770_000_000_000;

interface Waiting {
  readonly ms: number;
  readonly run: () => void;
}

const configOf = (persona: string, keys: readonly string[], more: object): object => ({
  persona,
  'request-retry': 0,
  'openai-compatibility': [
    {
      name: 'one',
      'base-url': `${upstreamUrl}/v1`,
      'api-key-entries': keys.map((key) => ({ 'api-key': key })),
      models: [{ name: 'm' }, { name: 'gpt-x' }, { name: 'up', alias: 'nick' }, { name: 'up2', alias: 'forced', 'force-mapping': true }],
    },
    {
      name: 'two',
      'wire-api': 'responses',
      'base-url': `${upstreamUrl}/v1`,
      'api-key-entries': [{ 'api-key': 'key-r' }],
      models: [{ name: 'r' }],
    },
  ],
  'claude-api-key': [{ 'api-key': 'key-c', 'base-url': upstreamUrl, models: [{ name: 'claude-x' }] }],
  'gemini-api-key': [{ 'api-key': 'key-g', 'base-url': upstreamUrl, models: [{ name: 'g' }] }],
  ...more,
});

const newWorld = async (
  persona: string,
  { config = {}, authFiles = [], answer = chatAnswer, keys = ['key-a'], onReadOnlyDisk }: Setting = {},
) => {
  asked = [];
  answering = answer;
  let now = start;
  const waiting = new Set<Waiting>();
  const tree = configOf(persona, keys, config);
  const parsed = parseConfig(tree, {
    authFiles: authFiles.map((tree, index) => ({ where: `authFiles[${index}]`, tree })),
  });
  const clock = {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const timer = { ms, run };
      waiting.add(timer);
      return { restart: () => void waiting.add(timer), stop: () => void waiting.delete(timer) };
    },
  };
  const proxy = await (onReadOnlyDisk === true ? openProxy(parsed, { clock }, readOnlyFile(tree)) : openProxy(parsed, { clock }));
  open.push(proxy);
  const inject = async (method: 'GET' | 'POST' | 'OPTIONS' | 'PUT', url: string, more: object = {}): Promise<Told> => {
    const { statusCode, body, headers } = await proxy.app.inject({ method, url, ...more });
    return { status: statusCode, text: body, headers };
  };
  const post = (url: string, body: object, headers: object = {}): Promise<Told> =>
    inject('POST', url, { payload: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  const messages = [{ role: 'user', content: 'hi' }];
  return {
    proxy,
    pass: (ms: number) => (now += ms),
    /** Runs the timers that wait for so long. */
    ring: (ms: number) => [...waiting].filter((timer) => timer.ms === ms).forEach(({ run }) => run()),
    get: (url: string, headers: object = {}, more: object = {}) => inject('GET', url, { headers, ...more }),
    inject,
    post,
    chat: (model = 'm', more: object = {}, headers: object = {}) => post('/v1/chat/completions', { model, messages, ...more }, headers),
    messages: (model: string, more: object = {}) => post('/v1/messages', { model, max_tokens: 9, messages, ...more }),
    responses: (model: string, more: object = {}) => post('/v1/responses', { model, input: 'hi', ...more }),
    gemini: (model: string, action = 'generateContent') =>
      post(`/v1beta/models/${model}:${action}`, { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }),
    listed: async (): Promise<readonly string[]> => {
      const { text } = await inject('GET', '/v1/models');
      return (JSON.parse(text) as { readonly data: readonly { readonly id: string }[] }).data.map(({ id }) => id);
    },
  };
};

type World = Awaited<ReturnType<typeof newWorld>>;

const json = ({ text }: Told): unknown => JSON.parse(text) as unknown;
const statusAndBody = ({ status, text }: Told): readonly unknown[] => [status, text];

const sse = (...events: readonly (string | object)[]): Reply => ({
  headers: { 'content-type': 'text/event-stream' },
  body: events
    .map((event) => {
      if (typeof event === 'string') return `data: ${event}\n\n`;
      const { type } = event as { readonly type?: string };
      return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(event)}\n\n`;
    })
    .join(''),
});

const chatChunk = (content: string, finish: string | null = null): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finish }],
});
const chatError = { error: { message: 'slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' } };

const claudeStart = [
  {
    type: 'message_start',
    message: { id: 'x', type: 'message', role: 'assistant', model: 'claude-x', content: [], usage: { input_tokens: 1, output_tokens: 1 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
];

const responseOf = (status: string): object => ({ id: 'resp_1', object: 'response', created_at: 1, status, model: 'r', output: [] });
const responsesStart = [{ type: 'response.created', sequence_number: 0, response: responseOf('in_progress') }];

const geminiChunk = { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'hi' }] } }], modelVersion: 'g', responseId: 'x' };

const streamAnswer: Answering = ({ path }) => {
  if (path.includes('streamGenerateContent')) return sse(geminiChunk);
  if (path.includes('/messages')) return sse(...claudeStart);
  return path.includes('/responses') ? sse(...responsesStart) : sse(chatChunk('hi'));
};

const endOf = ({ text }: Told): string => {
  if (text.includes('[DONE]')) return 'done';
  return text.includes('"error"') ? 'error' : 'silent';
};

const lastData = ({ text }: Told): unknown =>
  JSON.parse(
    text
      .split('\n')
      .findLast((line) => line.startsWith('data: '))
      ?.slice('data: '.length) ?? 'null',
  ) as unknown;

const refuse =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  () => ({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** Refuses the first request and answers the others. */
const refuseOnce =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  (request, index) =>
    index === 0 ? refuse(status, body, headers)(request, index) : chatAnswer(request);

const googleNotFound = { error: { code: 404, message: 'Requested entity was not found.', status: 'NOT_FOUND' } };
const googleLicence = { error: { code: 403, message: 'No license.', status: 'PERMISSION_DENIED', details: [{ reason: 'X' }] } };

const minutes = 60_000;
const hours = 60 * minutes;

const management = { 'remote-management': { 'secret-key': 'a-long-management-key', 'allow-remote': true } };
const managementKey = { 'x-management-key': 'a-long-management-key' };

/** Statuses of frames in order, until two came or the socket was closed; an event that is no error is told by its type. */
const framesFor = async ({ proxy }: World, ...messages: readonly object[]): Promise<readonly unknown[]> => {
  const url = await proxy.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`);
  const seen: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => messages.forEach((message) => socket.send(JSON.stringify(message))));
    socket.on('message', (data: Buffer) => {
      const { type, status } = JSON.parse(data.toString()) as { readonly type: string; readonly status?: number };
      seen.push(status ?? type);
      if (seen.length === 2) resolve();
    });
    socket.on('close', (code) => {
      seen.push(`closed ${code}`);
      resolve();
    });
  });
  const told = [...seen];
  socket.terminate();
  return told;
};

/** What is asked of the proxy, and what it says under each persona. */
interface Probe {
  readonly setting?: Setting;
  readonly ask: (world: World) => unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

const by = (documented: unknown, february: unknown, august: unknown): Probe['expected'] => ({
  documented,
  'cliproxyapi-2026-02': february,
  'cliproxyapi-2026-08': august,
});

const statusAndKeys = (told: Told): readonly unknown[] => [told.status, Object.keys(json(told) as object)];
const gone = { feb: [404, '404 page not found'], aug: [404, ''] };
const healthKeys = [200, ['status', 'version', 'uptime_seconds', 'config']];

const frame = (type: string, code?: string, param?: string) => (message: string) => ({
  error: { message, type, ...(code !== undefined && { code }), ...(param !== undefined && { param }) },
});
const serverError = frame('server_error', 'internal_server_error');
const noSuch = 'unknown provider for model team/none(high)';

const probes: Readonly<Record<string, Probe>> = {
  health: {
    ask: async ({ get }) => {
      const told = await get('/health');
      return told.status === 200 ? statusAndKeys(told) : statusAndBody(told);
    },
    expected: by(healthKeys, gone.feb, gone.aug),
  },
  healthz: {
    ask: async ({ get }) => {
      const told = await get('/healthz');
      return told.status === 200 ? statusAndKeys(told) : statusAndBody(told);
    },
    expected: by(healthKeys, gone.feb, [200, ['status']]),
  },
  root: {
    ask: async ({ get }) => statusAndKeys(await get('/')),
    expected: by([404, ['error']], [200, ['message', 'endpoints']], [200, ['message', 'endpoints']]),
  },
  'provider-metrics': {
    setting: { config: { 'api-keys': ['claude-team-1', 'sk-2'] } },
    ask: async ({ chat, get }) => {
      await chat('m', {}, { authorization: 'Bearer claude-team-1' });
      await chat('m', {}, { authorization: 'Bearer sk-2' });
      const [open_, known] = [await get('/v1/metrics/providers'), await get('/v1/metrics/providers', { 'x-api-key': 'sk-2' })];
      return [open_.status, known.status === 200 ? json(known) : known.text];
    },
    expected: by(
      [401, { one: expect.objectContaining({ request_count: 2, total_tokens: 10 }) as unknown }],
      [
        200,
        {
          claude: {
            request_count: 1,
            success_count: 1,
            failure_count: 0,
            total_tokens: 5,
            success_rate: 1,
            cost_per_1k_input: 0.25,
            cost_per_1k_output: 0.5,
          },
        },
      ],
      [404, ''],
    ),
  },
  prometheus: { ask: async ({ get }) => (await get('/metrics')).status, expected: by(200, 404, 404) },
  'cross-origin': {
    ask: async ({ inject, get }) => {
      const [options, models] = [await inject('OPTIONS', '/v1/models'), await get('/v1/models')];
      return [options.status, models.headers['access-control-allow-origin']];
    },
    expected: by([404, undefined], [204, '*'], [204, '*']),
  },
  'unknown-path': {
    ask: async ({ get }) => statusAndBody(await get('/nowhere')),
    expected: by(
      [404, '{"error":{"message":"There is no GET /nowhere here.","type":"invalid_request_error","param":null,"code":"not_found"}}'],
      gone.feb,
      gone.aug,
    ),
  },
  'error-envelope': {
    setting: { answer: (_asked, index) => ({ status: index === 0 ? 403 : 406, body: index === 0 ? JSON.stringify(googleLicence) : '' }) },
    ask: async ({ chat, gemini, responses, proxy }) => {
      const own = await chat();
      const wrapped = await chat('gpt-x');
      answering = refuse(413, '<html><title>Too large</title></html>', { 'content-type': 'text/html' });
      proxy.live.current.context.routing.cooldowns.reset();
      return [json(own), json(wrapped), json(await responses('r')), json(await gemini('g'))];
    },
    expected: by(
      [
        {
          error: {
            message: "The upstream one refused the proxy's own account: it lacks a licence or subscription for this. It said: No license.",
            type: 'permission_error',
            param: null,
            code: '403',
          },
        },
        expect.objectContaining({ error: expect.objectContaining({ type: 'invalid_request_error', param: null }) as unknown }) as unknown,
        { error: expect.objectContaining({ param: null, type: 'invalid_request_error' }) as unknown },
        { error: expect.objectContaining({ code: 413 }) as unknown },
      ],
      [
        googleLicence,
        frame('invalid_request_error')('status 406'),
        frame('invalid_request_error')('<html><title>Too large</title></html>'),
        frame('invalid_request_error')('<html><title>Too large</title></html>'),
      ],
      [
        googleLicence,
        frame('invalid_request_error')('status 406'),
        frame('invalid_request_error')('<html><title>Too large</title></html>'),
        frame('invalid_request_error')('<html><title>Too large</title></html>'),
      ],
    ),
  },
  'anthropic-envelope': {
    setting: {
      answer: (_asked, index) => ({ status: index === 0 ? 403 : 400, body: JSON.stringify(index === 0 ? googleLicence : { detail: 'x' }) }),
    },
    ask: async ({ messages }) => [json(await messages('m')), json(await messages('gpt-x'))],
    expected: by(
      [
        {
          type: 'error',
          error: {
            type: 'permission_error',
            message: "The upstream one refused the proxy's own account: it lacks a licence or subscription for this. It said: No license.",
          },
        },
        { type: 'error', error: { type: 'invalid_request_error', message: 'x' } },
      ],
      [googleLicence, { detail: 'x' }],
      [
        { type: 'error', error: { type: 'permission_error', message: 'No license.' } },
        { type: 'error', error: { type: 'invalid_request_error', message: '{"detail":"x"}' } },
      ],
    ),
  },
  'client-key': {
    setting: { config: { 'api-keys': ['right'] } },
    ask: async ({ chat, messages, gemini, get }) => [
      json(await chat('m', {}, { authorization: 'Bearer wrong' })),
      json(await messages('m')),
      json(await gemini('g')),
      json(await get('/v1/models')),
    ],
    expected: by(
      [
        { error: { message: 'Invalid API key', type: 'authentication_error', param: null, code: 'invalid_api_key' } },
        { type: 'error', error: { type: 'authentication_error', message: 'Missing API key' } },
        { error: { code: 401, message: 'Missing API key', status: 'UNAUTHENTICATED' } },
        { error: { message: 'Missing API key', type: 'authentication_error', param: null, code: 'missing_api_key' } },
      ],
      ...([0, 1].map(() => [
        { error: 'Invalid API key' },
        { error: 'Missing API key' },
        { error: 'Missing API key' },
        { error: 'Missing API key' },
      ]) as [unknown, unknown]),
    ),
  },
  'template-keys': {
    setting: { config: { 'api-keys': ['your-api-key-1'] } },
    ask: async ({ chat }) => {
      const told = await chat('m', {}, { authorization: 'Bearer your-api-key-1' });
      const { error } = json(told) as { readonly error?: unknown };
      return [told.status, told.headers['x-cpa-safe-mode'], typeof error];
    },
    expected: by([403, undefined, 'object'], [200, undefined, 'undefined'], [403, 'example-api-key', 'string']),
  },
  'upstream-headers': {
    setting: { answer: (one) => ({ ...chatAnswer(one), headers: { 'x-ratelimit-remaining-requests': '7', 'x-request-id': 'u' } }) },
    ask: async ({ chat }) => {
      const { headers } = await chat();
      return [headers['x-ratelimit-remaining-requests'], headers['x-request-id']];
    },
    expected: by(['7', 'u'], [undefined, undefined], [undefined, undefined]),
  },
  'retry-after': {
    setting: { answer: refuse(429, {}) },
    ask: async ({ chat }) => {
      await chat();
      return (await chat()).headers['retry-after'];
    },
    expected: by('1', undefined, undefined),
  },
  'trace-id': { ask: async ({ chat }) => (await chat()).headers['x-cpa-trace-id'], expected: by(undefined, undefined, '0') },
  'model-name': {
    ask: async ({ chat, messages }) => {
      const named = async (told: Promise<Told>): Promise<unknown> => (json(await told) as { readonly model: string }).model;
      return [await named(messages('nick')), await named(messages('forced')), await named(chat('forced'))];
    },
    expected: by(['nick', 'forced', 'forced'], ['up', 'up2', 'up2'], ['up', 'forced', 'forced']),
  },
  buffering: {
    setting: { answer: () => sse(chatChunk('hi', 'stop'), '[DONE]') },
    ask: async ({ chat }) => (await chat('m', { stream: true })).headers['x-accel-buffering'],
    expected: by('no', undefined, undefined),
  },
  'truncated-stream': {
    setting: { answer: streamAnswer },
    ask: async ({ chat, responses, messages, gemini }) =>
      [
        await chat('m', { stream: true }),
        await responses('r', { stream: true }),
        await messages('claude-x', { stream: true }),
        await gemini('g', 'streamGenerateContent?alt=sse'),
      ].map(endOf),
    expected: by(['error', 'error', 'error', 'error'], ['done', 'silent', 'silent', 'silent'], ['done', 'error', 'silent', 'silent']),
  },
  'anthropic-stream-error': {
    setting: { answer: () => sse(chatChunk('hi'), chatError) },
    ask: async ({ messages }) => lastData(await messages('m', { stream: true })),
    expected: by(
      { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
      { type: 'error', error: { type: 'api_error', message: 'slow down' } },
      { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
    ),
  },
  'responses-stream-error': {
    setting: { answer: () => sse(chatChunk('hi'), chatError) },
    ask: async ({ responses }) =>
      (lastData(await responses('m', { stream: true })) as { readonly sequence_number: number }).sequence_number,
    expected: by(5, 0, 0),
  },
  'other-stream-errors': {
    setting: { answer: () => sse(...claudeStart, { type: 'error', error: { type: 'permission_error', message: 'no' } }) },
    ask: async ({ chat, gemini }) => [
      lastData(await chat('claude-x', { stream: true })),
      (await gemini('claude-x', 'streamGenerateContent?alt=sse')).text.split('\n\n').at(-2),
    ],
    expected: by(
      [
        { error: { message: 'no', type: 'permission_error', param: null, code: null } },
        'data: {"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}',
      ],
      ...([0, 1].map(() => [
        frame('permission_error', 'insufficient_quota')('no'),
        `event: error\ndata: ${JSON.stringify(frame('permission_error', 'insufficient_quota')('no'))}`,
      ]) as [unknown, unknown]),
    ),
  },
  'keep-alive': {
    setting: { config: { streaming: { 'keepalive-seconds': 15 } } },
    ask: async ({ chat, ring }) => {
      const reached = new Promise<void>((resolve) => {
        answering = async () => {
          resolve();
          await released;
          return sse(chatChunk('hi', 'stop'), '[DONE]');
        };
      });
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const told = chat('m', { stream: true });
      await reached;
      ring(15_000);
      release();
      return (await told).text.startsWith(': keep-alive');
    },
    expected: by(true, false, false),
  },
  'socket-failure': {
    setting: { answer: refuse(503, {}) },
    ask: async (world) => [
      await framesFor(world, { type: 'response.create', model: 'none', input: [] }, {}),
      await framesFor(
        await newWorld(world.proxy.live.current.context.persona.id, { answer: refuse(503, {}) }),
        {
          type: 'response.create',
          model: 'm',
          input: [{ type: 'message', role: 'user', content: 'hi' }],
        },
        {},
      ),
    ],
    expected: by(
      [
        [404, 400],
        [503, 400],
      ],
      [
        [502, 400],
        [503, 400],
      ],
      [[400, 'closed 1006'], ['closed 1006']],
    ),
  },
  'socket-completed': {
    setting: {
      answer: () => sse(...responsesStart, { type: 'response.completed', sequence_number: 1, response: responseOf('completed') }),
    },
    ask: (world) => framesFor(world, { type: 'response.create', model: 'r', input: [{ type: 'message', role: 'user', content: 'hi' }] }),
    expected: by(
      ['response.created', 'response.completed'],
      ['response.created', 'response.done'],
      ['response.created', 'response.completed'],
    ),
  },
  'anthropic-list': {
    ask: async ({ get }) =>
      [await get('/v1/models', { 'anthropic-version': '2023-06-01' }), await get('/v1/models', { 'user-agent': 'claude-cli/2' })].map(
        (told) => 'first_id' in (json(told) as object),
      ),
    expected: by([true, true], [false, true], [true, true]),
  },
  'cloaked-ids': {
    ask: async ({ get, messages }) => {
      const { data } = json(await get('/v1/models', { 'user-agent': 'claude-cli/2' })) as {
        readonly data: readonly { readonly id: string }[];
      };
      const { status } = await messages('claude-fable-5-dd-x-tpg');
      const shown = data.map(({ id }) => id).filter((id) => ['gpt-x', 'claude-fable-5-dd-x-tpg', 'claude-x'].includes(id));
      return [shown, status, asked[0]?.body.model];
    },
    expected: by(
      [['gpt-x', 'claude-x'], 404, undefined],
      [['gpt-x', 'claude-x'], 502, undefined],
      [['claude-fable-5-dd-x-tpg', 'claude-x'], 200, 'gpt-x'],
    ),
  },
  'providers-absent': {
    ask: async ({ listed, proxy }) => {
      const list = await listed();
      const { channels } = proxy.live.current.context.routing;
      return [
        ['glm-x', 'qwen-x', 'kiro-x'].filter((id) => list.includes(id)),
        channels.filter(({ credential: { id } }) => id !== '').length,
      ];
    },
    setting: {
      authFiles: [
        { type: 'iflow', api_key: 'k', models: ['glm-x'] },
        { type: 'qwen', access_token: 't', models: ['qwen-x'] },
        {
          type: 'kiro',
          access_token: 't',
          refresh_token: 'r',
          expires_at: '2030-01-01T00:00:00Z',
          auth_method: 'social',
          models: ['kiro-x'],
        },
      ],
    },
    expected: by([['glm-x', 'qwen-x', 'kiro-x'], 7], [['glm-x', 'qwen-x', 'kiro-x'], 7], [[], 7]),
  },
  'management-headers': {
    setting: { config: management },
    ask: async ({ get }) => {
      const { headers } = await get('/v0/management/config');
      return Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-(?:cpa|wireproof)-/.test(name)));
    },
    expected: by(
      { 'x-wireproof-version': expect.any(String) as unknown },
      { 'x-cpa-version': 'v6.8.25', 'x-cpa-commit': 'd210be06', 'x-cpa-build-date': '2026-02-22' },
      { 'x-cpa-version': 'v7.2.140', 'x-cpa-commit': 'a7e3596b', 'x-cpa-build-date': '2026-08-22' },
    ),
  },
  'management-guessing': {
    setting: { config: management },
    ask: async ({ get, pass }) => {
      const far = { remoteAddress: '10.0.0.9' };
      const knock = async (headers: object, more: object, times: number): Promise<Told> => {
        let last = await get('/v0/management/debug', headers, more);
        for (let at = 1; at < times; at += 1) last = await get('/v0/management/debug', headers, more);
        return last;
      };
      const wrong = { 'x-management-key': 'wrong' };
      const fifth = await knock(wrong, far, 5);
      const banned = await get('/v0/management/debug', managementKey, far);
      pass(30 * minutes);
      const later = await get('/v0/management/debug', managementKey, far);
      await knock({}, {}, 5);
      const near = await get('/v0/management/debug', managementKey);
      return [fifth.status, banned.status, (json(banned) as { readonly error: string }).error, later.status, near.status];
    },
    expected: by(
      [401, 429, 'too many wrong management keys from this address; try again in 1 s', 200, 200],
      [401, 403, 'IP banned due to too many failed attempts. Try again in 30m0s', 200, 200],
      [401, 403, 'IP banned due to too many failed attempts. Try again in 30m0s', 200, 403],
    ),
  },
  'management-errors': {
    setting: { config: management },
    ask: async ({ get }) => json(await get('/v0/management/config')),
    expected: by(
      { error: 'missing management key', code: 'management_key_missing' },
      { error: 'missing management key' },
      { error: 'missing management key' },
    ),
  },
  'management-off': {
    ask: async ({ get }) => statusAndBody(await get('/v0/management/config')),
    expected: by([404, '{"error":"There is nothing here.","code":"not_found"}'], [404, ''], [404, '']),
  },
  'management-writes': {
    setting: { config: management, onReadOnlyDisk: true },
    ask: async ({ inject, get }) => {
      const payload = JSON.stringify({ value: 3 });
      const told = await inject('PUT', '/v0/management/request-retry', { payload, headers: managementKey });
      const whole = await inject('PUT', '/v0/management/config.yaml', {
        payload: 'remote-management:\n  secret-key: a-long-management-key\nmax-retry-interval: 9\n',
        headers: managementKey,
      });
      const inForce = json(await get('/v0/management/config', managementKey)) as Readonly<Record<string, unknown>>;
      return [told.status, (json(told) as { readonly error?: string }).error, whole.status, inForce['max-retry-interval'] === 9];
    },
    expected: by(
      [200, undefined, 200, true],
      [500, 'failed to save config: EROFS: the file system is mounted read-only', 500, false],
      [500, 'failed to save config: EROFS: the file system is mounted read-only', 500, false],
    ),
  },
  'management-absent': {
    setting: { config: management },
    ask: async ({ get, post }) => [
      (await get('/v0/management/usage', managementKey)).status,
      (await post('/v0/management/reset-quota', { auth_index: 'x' }, managementKey)).status,
      (await get('/v0/management/oauth-callback')).status,
    ],
    expected: by([200, 200, 400], [200, 404, 404], [404, 200, 400]),
  },
  encodings: {
    ask: async ({ inject }) => {
      const payload = gzipSync(JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }));
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const sent = async (url: string): Promise<readonly unknown[]> => {
        const told = await inject('POST', url, { payload, headers });
        return [told.status, told.status === 200 ? '' : json(told)];
      };
      return [await sent('/v1/chat/completions'), await sent('/v1/messages')];
    },
    expected: by(
      [
        [200, ''],
        [200, ''],
      ],
      [
        [502, serverError('unknown provider for model ')],
        [502, serverError('unknown provider for model ')],
      ],
      [
        [400, frame('invalid_request_error')('Invalid request: unsupported request content encoding: gzip')],
        [400, { type: 'error', error: { type: 'invalid_request_error', message: 'unknown provider for model ' } }],
      ],
    ),
  },
  'usage-without-tokens': {
    setting: {
      answer: (one, index) => {
        const { usage, ...body } = JSON.parse(chatAnswer(one).body ?? '') as Record<string, unknown>;
        return { body: JSON.stringify(index === 0 ? body : { ...body, usage }) };
      },
    },
    ask: async ({ chat, proxy }) => {
      await chat();
      await chat();
      await proxy.usage.ledger.flush();
      return [...proxy.usage.ledger.totals.sums()].map(({ requests, estimated }) => [requests, estimated]);
    },
    expected: by([[2, 1]], [[1, 0]], [[2, 1]]),
  },
  'remedies-off': {
    ask: ({ proxy }) => {
      const on = proxy.live.current.context.remedies.map(({ id }) => id);
      return remedyIds.filter((id) => !on.includes(id));
    },
    expected: by(
      [],
      ...([0, 1].map(() => [
        'body-limit',
        'compact-strips-fields',
        'errors-inside-success',
        'explain-account-refusals',
        'explain-empty-errors',
        'explain-size-refusals',
        'gzip-request-bodies',
        'iflow-retry-non-stream',
        'model-failure-alert',
        'model-fallback',
        'model-support-cooldown',
        'one-leading-system-message',
        'try-quota-alone',
        'used-up-quota',
      ]) as [unknown, unknown]),
    ),
  },
  'no-credential': {
    setting: { answer: refuse(401, {}) },
    ask: async ({ chat }) => {
      await chat();
      const told = await chat();
      return [told.status, json(told)];
    },
    expected: by(
      [
        503,
        {
          error: {
            message:
              'No usable credential (providers=one, model=m): the last answer of the upstream was status 401. It is asked again in 30 min.',
            type: 'server_error',
            param: null,
            code: 'no_usable_credential',
          },
        },
      ],
      [500, serverError('auth_unavailable: no auth available')],
      [503, serverError('auth_unavailable: no auth available (providers=one, model=m)')],
    ),
  },
  'cooldown-words': {
    setting: { answer: refuse(429, {}) },
    ask: async ({ chat }) => {
      await chat();
      const told = await chat();
      return [told.status, json(told)];
    },
    expected: by(
      [
        429,
        {
          error: {
            message: 'All credentials for model m are cooling down via provider one (last error: status 429)',
            type: 'rate_limit_error',
            param: null,
            code: 'model_cooldown',
            model: 'm',
            provider: 'one',
            reset_time: '1s',
            reset_seconds: 1,
          },
        },
      ],
      ...([0, 1].map(() => [
        429,
        {
          error: {
            code: 'model_cooldown',
            message: 'All credentials for model m are cooling down via provider one',
            model: 'm',
            provider: 'one',
            reset_time: '1s',
            reset_seconds: 1,
          },
        },
      ]) as [unknown, unknown]),
    ),
  },
  'unknown-model': {
    ask: async ({ chat, messages, gemini }) => {
      const told = [await chat('team/none(high)'), await messages('team/none(high)'), await gemini('none')];
      return told.map((one) => [one.status, json(one)]);
    },
    expected: by(
      [
        [404, { error: expect.objectContaining({ code: 'model_not_found', param: 'model' }) as unknown }],
        [404, { type: 'error', error: expect.objectContaining({ type: 'not_found_error' }) as unknown }],
        [404, { error: expect.objectContaining({ code: 404 }) as unknown }],
      ],
      [
        [502, serverError(noSuch)],
        [502, serverError(noSuch)],
        [502, serverError('unknown provider for model none')],
      ],
      [
        [400, frame('invalid_request_error', 'model_not_found', 'model')(noSuch)],
        [400, { type: 'error', error: { type: 'invalid_request_error', message: noSuch } }],
        [400, frame('invalid_request_error', 'model_not_found', 'model')('unknown provider for model none')],
      ],
    ),
  },
  'not-found': {
    setting: { answer: refuseOnce(404, googleNotFound), config: { remedies: { off: ['model-support-cooldown'] } } },
    ask: async ({ chat, listed, pass }) => {
      const first = await chat();
      const isListed = (await listed()).includes('m');
      const second = await chat();
      pass(12 * hours + 1);
      return [first.status, isListed, second.status, (await chat()).status];
    },
    expected: by([404, true, 200, 200], [404, false, 500, 200], [404, false, 503, 200]),
  },
  'model-refused': {
    setting: {
      answer: refuse(400, { detail: "The 'm' model is not supported when using Codex with a ChatGPT account." }),
      config: { remedies: { off: ['model-support-cooldown'] } },
    },
    ask: async ({ chat, listed }) => [(await chat()).status, (await chat()).status, asked.length, (await listed()).includes('m')],
    expected: by([400, 400, 2, true], [400, 400, 2, true], [400, 503, 1, false]),
  },
  'other-4xx': {
    setting: { answer: refuse(406, ''), keys: ['key-a', 'key-b'] },
    ask: async ({ chat, pass }) => {
      const seen = [(await chat()).status, asked.length, (await chat()).status, asked.length];
      pass(minutes + 1);
      await chat();
      return [...seen, asked.length];
    },
    expected: by([406, 1, 406, 2, 3], [406, 2, 406, 4, 6], [406, 2, 503, 2, 4]),
  },
  'request-fault': {
    setting: {
      answer: (_asked, index) => ({
        status: 400,
        body: JSON.stringify({ error: { message: 'bad', ...(index > 1 && { type: 'invalid_request_error' }) } }),
      }),
      keys: ['key-a', 'key-b'],
    },
    ask: async ({ chat }) => {
      await chat();
      const plain = asked.length;
      asked.splice(0, asked.length, ...Array.from({ length: 2 }, () => ({ path: '', headers: {}, body: {} })));
      await chat();
      return [plain, asked.length - 2];
    },
    expected: by([1, 1], [2, 1], [1, 1]),
  },
  'faults-by-body': {
    setting: {
      answer: ({ body }) => ({
        status: body.model === 'm' ? 404 : 500,
        body: JSON.stringify({ error: { message: 'nothing', type: 'invalid_request_error' } }),
      }),
    },
    ask: async ({ chat }) => {
      const told = [await chat('m'), await chat('m'), await chat('gpt-x'), await chat('gpt-x')];
      return [...told.map(({ status }) => status), asked.length];
    },
    expected: by([404, 503, 500, 500, 3], [404, 500, 500, 500, 2], [404, 404, 500, 500, 4]),
  },
  'dead-key-body': {
    setting: {
      answer: refuseOnce(401, { error: { message: 'bad key', type: 'invalid_request_error', code: 'invalid_api_key' } }),
      keys: ['key-a', 'key-b'],
    },
    ask: async ({ chat }) => [(await chat()).status, asked.length],
    expected: by([200, 2], [200, 2], [401, 1]),
  },
  challenge: {
    setting: { answer: refuseOnce(403, '<html><title>Just a moment...</title></html>', { 'content-type': 'text/html' }) },
    ask: async ({ chat, pass }) => {
      const seen = [(await chat()).status, (await chat()).status];
      pass(10_001);
      return [...seen, (await chat()).status];
    },
    expected: by([403, 429, 200], [403, 500, 500], [403, 429, 200]),
  },
  'longest-hint': {
    setting: { answer: refuseOnce(429, { error: { message: 'no', type: 'usage_limit_reached', resets_in_seconds: 529_498 } }) },
    ask: async ({ chat, pass }) => {
      await chat();
      pass(25 * hours);
      const nextDay = (await chat()).status;
      pass(529_498_000);
      return [nextDay, (await chat()).status];
    },
    expected: by([200, 200], [429, 200], [429, 200]),
  },
  transient: {
    setting: { answer: refuseOnce(503, {}) },
    ask: async ({ chat, pass }) => {
      const seen = [(await chat()).status, (await chat()).status];
      pass(minutes + 1);
      return [...seen, (await chat()).status];
    },
    expected: by([503, 200, 200], [503, 500, 200], [503, 503, 200]),
  },
  'token-renewal': {
    ask: async ({ proxy }) => {
      const id = proxy.live.current.context.persona.id;
      const answer: Answering = ({ path, headers }) => {
        if (path === '/token') return { body: JSON.stringify({ access_token: 'new', expires_in: 3_600 }) };
        return headers.authorization === 'Bearer new' ? chatAnswer({ path, headers, body: { model: 'q' } }) : { status: 401, body: '{}' };
      };
      const file = {
        type: 'claude',
        access_token: 'old',
        refresh_token: 'r',
        token_url: `${upstreamUrl}/token`,
        base_url: upstreamUrl,
        models: ['q'],
      };
      const { messages } = await newWorld(id, { authFiles: [file], answer });
      await messages('q');
      return asked.map(({ path }) => path.split('?')[0]);
    },
    expected: by(['/v1/messages', '/token', '/v1/messages'], ['/v1/messages'], ['/v1/messages', '/token', '/v1/messages']),
  },
  'unknown-plan': {
    setting: { authFiles: [{ type: 'codex', access_token: 't' }] },
    ask: async ({ listed }) => (await listed()).includes('gpt-5.3-codex-spark'),
    expected: by(false, true, true),
  },
  unhiding: {
    setting: { answer: refuse(401, {}) },
    ask: async ({ chat, listed, pass }) => {
      await chat();
      const hidden = !(await listed()).includes('m');
      pass(31 * minutes);
      return [hidden, (await listed()).includes('m')];
    },
    expected: by([true, true], [true, false], [true, false]),
  },
};

const isLeaf = (value: unknown): boolean => value === null || typeof value !== 'object' || Array.isArray(value);

const leavesOf = (value: unknown, path: string): readonly string[] =>
  isLeaf(value) ? [path] : Object.entries(value as object).flatMap(([key, each]) => leavesOf(each, path === '' ? key : `${path}.${key}`));

describe('the table of differences', () => {
  it('has a probe for every entry, and no other', () => {
    expect(Object.keys(probes).sort()).toEqual(differences.map(({ id }) => id).sort());
  });

  it('names every field in which two personas differ', () => {
    const all = [...personas.values()];
    const named = differences.flatMap(({ fields }) => fields);
    const leaves = [...new Set(all.flatMap((persona) => leavesOf(persona, '')))].filter((leaf) => leaf !== 'id' && leaf !== 'about');
    const different = leaves.filter((leaf) => new Set(all.map((persona) => JSON.stringify(valueAt(persona, leaf)))).size > 1);
    expect(different.filter((leaf) => !named.some((field) => leaf === field || leaf.startsWith(`${field}.`)))).toEqual([]);
  });

  it('names no field in which all personas are the same', () => {
    const all = [...personas.values()];
    const same = ({ fields }: (typeof differences)[number]): boolean =>
      fields.every((field) => new Set(all.map((persona) => JSON.stringify(valueAt(persona, field)))).size === 1);
    expect(differences.filter(same).map(({ id }) => id)).toEqual([]);
  });

  it('is the one in docs/personas.md; if not: npm run docs:personas', () => {
    const written = readFileSync(new URL('../../docs/personas.md', import.meta.url), 'utf8');
    expect(written).toBe(renderPersonas([...personas.values()]));
  });

  it('knows only remedies that exist', () => {
    const off = [...personas.values()].flatMap(({ remediesOff }) => remediesOff);
    expect(off.filter((id) => !remedyIds.includes(id))).toEqual([]);
  });
});

describe.each(Object.entries(probes))('%s', (_id, { setting, ask, expected }) => {
  it.each(Object.entries(expected))('as %s', async (persona, expectation) => {
    expect(await ask(await newWorld(persona, setting))).toEqual(expectation);
  });
});
