import { answer, startMockUpstream } from '#fixtures/index';
import type { MockUpstream } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';

let upstream: MockUpstream;
let app: FastifyInstance;
const logs: ProxyLogLine[] = [];

const named = (...names: readonly string[]): readonly object[] => names.map((name) => ({ name }));

const configuration = (debug: boolean): object => ({
  debug,
  'gemini-api-key': [
    {
      'api-key': 'g',
      'base-url': upstream.baseUrl('gemini-generate'),
      models: [
        ...named('gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.0-flash', 'gemini-3-pro-preview', 'gemini-3-flash-preview', 'mine'),
        { name: 'gemini-2.5-pro(low)', alias: 'brief' },
        { name: 'tuned', thinking: { levels: ['low', 'high'] } },
      ],
    },
  ],
  'claude-api-key': [
    {
      'api-key': 'c',
      'base-url': upstream.baseUrl('anthropic-messages'),
      models: named('claude-opus-4-6', 'claude-haiku-4-5', 'claude-3-5-sonnet'),
    },
  ],
  'openai-compatibility': [
    {
      name: 'own',
      'base-url': upstream.baseUrl('openai-chat'),
      'api-key-entries': [{ 'api-key': 'o' }],
      models: [...named('any'), { name: 'narrow', thinking: { levels: ['low', 'high'] } }],
    },
  ],
});

const codexFile = () => ({ type: 'codex', base_url: upstream.baseUrl('codex'), access_token: 't', account_id: 'a', models: ['gpt-5.4'] });

beforeAll(async () => {
  upstream = await startMockUpstream();
  app = await buildProxy({ config: configuration(true), authFiles: [codexFile()], onLog: (line) => logs.push(line) });
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

type Client = 'chat' | 'responses' | 'messages' | 'gemini';

const bodies: Readonly<Record<Exclude<Client, 'gemini'>, (model: string, text: string) => object>> = {
  chat: (model, text) => ({ model, messages: [{ role: 'user', content: text }] }),
  responses: (model, text) => ({ model, input: text }),
  messages: (model, text) => ({ model, max_tokens: 9000, messages: [{ role: 'user', content: text }] }),
};

const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };

const requestOf = (client: Client, model: string, text: string) =>
  client === 'gemini'
    ? { url: `/v1beta/models/${model}:generateContent`, body: { contents: [{ role: 'user', parts: [{ text }] }] } }
    : { url: paths[client], body: bodies[client](model, text) };

let tokens = 0;
const send = async (client: Client, model: string, more: object, to: FastifyInstance = app) => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, answer('text'));
  const { url, body } = requestOf(client, model, token);
  const text = JSON.stringify({ ...body, ...more });
  const reply = await to.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload: text });
  const [call] = upstream.calls(token);
  return { status: reply.statusCode, json: reply.json<unknown>(), losses: reply.headers['wireproof-losses'], call, text };
};

type Sent = Readonly<Record<string, unknown>> | undefined;

/** The members of an upstream body that steer reasoning. */
const steering = (body: unknown): object => {
  const { thinking, output_config, max_tokens, reasoning, reasoning_effort, generationConfig } = body as Record<string, Sent>;
  const all = { thinking, output_config, max_tokens, reasoning, reasoning_effort, ...generationConfig };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};

const sentFor = async (client: Client, model: string, more: object) => {
  const { status, losses, call } = await send(client, model, more);
  return { status, losses, sent: steering(call?.body) };
};

const google = (thinkingConfig: object) => ({ thinkingConfig });
const shown = { includeThoughts: true };

describe('from Chat Completions to Gemini (sheet row 12, worked transformations)', () => {
  it.each<[string, object, object, string | undefined]>([
    ['gemini-2.5-pro', { reasoning_effort: 'high' }, google({ thinkingBudget: 24_576, ...shown }), undefined],
    ['gemini-2.5-pro', { reasoning_effort: 'xhigh' }, google({ thinkingBudget: 32_768, ...shown }), undefined],
    ['gemini-2.5-pro', { reasoning_effort: 'max' }, google({ thinkingBudget: 32_768, ...shown }), 'reasoningEffort'],
    ['gemini-2.5-pro', { reasoning_effort: 'none' }, google({ thinkingBudget: 128 }), 'reasoningEffort'],
    ['gemini-2.5-pro(0)', {}, google({ thinkingBudget: 128 }), 'reasoningBudget'],
    ['gemini-2.5-flash', { reasoning_effort: 'none' }, google({ thinkingBudget: 0 }), undefined],
    ['gemini-2.5-flash', { reasoning_effort: 'auto' }, google({ thinkingBudget: -1, ...shown }), undefined],
    ['gemini-3-pro-preview', { reasoning_effort: 'medium' }, google({ thinkingLevel: 'low', ...shown }), 'reasoningEffort'],
    ['gemini-3-pro-preview', { reasoning_effort: 'minimal' }, google({ thinkingLevel: 'low', ...shown }), 'reasoningEffort'],
    ['gemini-3-pro-preview', { reasoning_effort: 'none' }, google({ thinkingLevel: 'low' }), 'reasoningEffort'],
    ['gemini-3-pro-preview', { reasoning_effort: 'auto' }, google({ thinkingBudget: -1, ...shown }), undefined],
    ['gemini-3-pro-preview(8192)', {}, google({ thinkingBudget: 8192, ...shown }), undefined],
    ['gemini-3-flash-preview', { reasoning_effort: 'xhigh' }, google({ thinkingLevel: 'high', ...shown }), 'reasoningEffort'],
    ['gemini-2.5-pro', {}, {}, undefined],
    ['gemini-2.5-pro', { reasoning_effort: '' }, {}, undefined],
    ['gemini-2.5-pro', { reasoning_effort: null }, {}, undefined],
    // Further edges of the sheet: (e) 7, 9 and 3, and suffixes.
    ['gemini-2.0-flash', { reasoning_effort: 'high' }, {}, 'reasoningEffort'],
    ['tuned(8192)', {}, google({ thinkingLevel: 'low', ...shown }), 'reasoningBudget'],
    ['tuned(64000)', {}, google({ thinkingLevel: 'high', ...shown }), 'reasoningBudget'],
    ['mine', { reasoning_effort: 'low' }, google({ thinkingBudget: 1024, ...shown }), undefined],
    ['mine(70000)', {}, google({ thinkingBudget: 70_000, ...shown }), undefined],
    ['gemini-2.5-pro(LOW)', { reasoning_effort: 'high' }, google({ thinkingBudget: 1024, ...shown }), undefined],
    ['gemini-2.5-pro(zzz)', { reasoning_effort: 'high' }, google({ thinkingBudget: 24_576, ...shown }), 'model'],
    ['brief', { reasoning_effort: 'high' }, google({ thinkingBudget: 1024, ...shown }), undefined],
    ['brief(high)', {}, google({ thinkingBudget: 1024, ...shown }), undefined],
    // What other proxies drop.
    ['gemini-2.5-pro', { thinking_budget: 2048 }, google({ thinkingBudget: 2048, ...shown }), undefined],
    [
      'gemini-2.5-pro',
      { extra_body: { google: { thinking_config: { thinking_budget: 2048, include_thoughts: false } } } },
      google({ thinkingBudget: 2048 }),
      undefined,
    ],
    [
      'gemini-2.5-pro',
      { reasoning_effort: 'low', thinking_budget: 2048 },
      google({ thinkingBudget: 1024, ...shown }),
      'extensions.openai-chat.thinking_budget',
    ],
  ])('%s %j', async (model, more, sent, losses) => {
    expect(await sentFor('chat', model, more)).toEqual({ status: 200, losses, sent });
  });
});

describe('to other upstreams', () => {
  const adaptive = { thinking: { type: 'adaptive' } };
  it.each<[Client, string, object, object, string | undefined]>([
    [
      'chat',
      'claude-opus-4-6',
      { reasoning_effort: 'low' },
      { ...adaptive, output_config: { effort: 'low' }, max_tokens: 4096 },
      undefined,
    ],
    [
      'chat',
      'claude-opus-4-6',
      { reasoning_effort: 'xhigh' },
      { ...adaptive, output_config: { effort: 'high' }, max_tokens: 4096 },
      'reasoningEffort',
    ],
    ['chat', 'claude-opus-4-6', { reasoning_effort: 'none' }, { thinking: { type: 'disabled' }, max_tokens: 4096 }, undefined],
    ['chat', 'claude-haiku-4-5(2048)', {}, { thinking: { type: 'enabled', budget_tokens: 2048 }, max_tokens: 6144 }, undefined],
    ['chat', 'claude-haiku-4-5(auto)', {}, { thinking: { type: 'enabled', budget_tokens: 8192 }, max_tokens: 12_288 }, 'reasoningEffort'],
    ['chat', 'claude-3-5-sonnet', { reasoning_effort: 'high' }, { max_tokens: 4096 }, 'reasoningEffort'],
    // Codex takes no limit of tokens.
    ['messages', 'gpt-5.4', { thinking: { type: 'enabled', budget_tokens: 8192 } }, { reasoning: { effort: 'medium' } }, 'maxOutputTokens'],
    [
      'messages',
      'gpt-5.4',
      { thinking: { type: 'enabled', budget_tokens: 5000 } },
      { reasoning: { effort: 'medium' } },
      'reasoningBudget, maxOutputTokens',
    ],
    ['messages', 'gpt-5.4', { thinking: { type: 'disabled' } }, { reasoning: { effort: 'low' } }, 'reasoningEffort, maxOutputTokens'],
    ['chat', 'gpt-5.4(max)', {}, { reasoning: { effort: 'xhigh' } }, 'reasoningEffort'],
    ['gemini', 'any', { generationConfig: { thinkingConfig: { thinkingBudget: 1024 } } }, { reasoning_effort: 'low' }, undefined],
    ['gemini', 'any', { generationConfig: { thinkingConfig: { thinkingBudget: -1 } } }, {}, undefined],
    ['responses', 'any', { reasoning: { effort: 'zzz' } }, { reasoning_effort: 'zzz' }, undefined],
    // Adaptive without an effort: left to the model, not its dearest amount (sheet row 12 (e) 10).
    [
      'messages',
      'gemini-2.5-pro',
      { thinking: { type: 'adaptive' } },
      { maxOutputTokens: 9000, thinkingConfig: { thinkingBudget: -1, ...shown } },
      undefined,
    ],
  ])('%s to %s %j', async (client, model, more, sent, losses) => {
    expect(await sentFor(client, model, more)).toEqual({ status: 200, losses, sent });
  });
});

describe('in one dialect', () => {
  it.each<[Client, string, object]>([
    ['chat', 'any', { reasoning_effort: 'zzz', thinking_budget: 1.0 }],
    ['chat', 'narrow', { reasoning_effort: 'high' }],
    ['messages', 'claude-opus-4-6', { thinking: { type: 'adaptive' } }],
    ['messages', 'claude-opus-4-6', { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    ['messages', 'claude-haiku-4-5', { output_config: { effort: 'low' } }],
    ['gemini', 'gemini-2.5-pro', { generationConfig: { thinkingConfig: { thinkingBudget: 500, includeThoughts: false } } }],
    ['gemini', 'gemini-3-pro-preview', { generation_config: { thinking_config: { thinking_level: 'HIGH' } } }],
    ['gemini', 'mine', { generationConfig: { thinkingConfig: { thinkingBudget: 999_999 } } }],
  ])('%s to %s %j passes as it is', async (client, model, more) => {
    const { call, text, losses } = await send(client, model, more);
    expect([call?.bodyBytes.toString(), losses]).toEqual([text, undefined]);
  });

  it.each<[Client, string, object, object, string | undefined]>([
    [
      'gemini',
      'gemini-2.5-pro',
      { generationConfig: { temperature: 1, thinkingConfig: { thinkingBudget: 0, includeThoughts: true } } },
      { temperature: 1, thinkingConfig: { thinkingBudget: 128 } },
      'reasoningBudget',
    ],
    [
      'gemini',
      'gemini-2.5-pro',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } },
      google({ thinkingBudget: 24_576, ...shown }),
      undefined,
    ],
    [
      'gemini',
      'gemini-3-pro-preview',
      { generationConfig: { thinkingConfig: { thinkingBudget: 500, thinkingLevel: 'HIGH' } } },
      google({ thinkingBudget: 500, ...shown }),
      'reasoningEffort',
    ],
    ['gemini', 'gemini-2.0-flash', { generationConfig: { thinkingConfig: { thinkingBudget: 5 } } }, {}, 'reasoningBudget'],
    [
      'messages',
      'claude-opus-4-6(low)',
      {},
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' }, max_tokens: 9000 },
      undefined,
    ],
    [
      'messages',
      'claude-haiku-4-5(64000)',
      { thinking: { type: 'enabled', budget_tokens: 1024 } },
      { thinking: { type: 'enabled', budget_tokens: 8999 }, max_tokens: 9000 },
      'reasoningBudget',
    ],
    ['messages', 'claude-3-5-sonnet', { thinking: { type: 'enabled', budget_tokens: 1024 } }, { max_tokens: 9000 }, 'reasoningBudget'],
    ['chat', 'any(high)', { reasoning_effort: 'low' }, { reasoning_effort: 'high' }, undefined],
    ['chat', 'narrow', { reasoning_effort: 'none' }, { reasoning_effort: 'low' }, 'reasoningEffort'],
    ['responses', 'gpt-5.4(high)', { reasoning: { summary: 'auto' } }, { reasoning: { summary: 'auto', effort: 'high' } }, undefined],
  ])('%s to %s %j changes nothing but the amount', async (client, model, more, sent, losses) => {
    expect(await sentFor(client, model, more)).toEqual({ status: 200, losses, sent });
  });

  it('keeps the client’s own spelling of everything else', async () => {
    const { call } = await send('chat', 'any(low)', { big: [12_345], reasoning_effort: 'high' });
    const sent = call?.bodyBytes.toString() ?? '';
    expect(sent.startsWith('{"model":"any","messages":[{"role":"user","content":"wpt_')).toBe(true);
    expect(sent.endsWith('"big":[12345],"reasoning_effort":"low"}')).toBe(true);
  });
});

describe('what the model lacks and the client should know', () => {
  const openAi = (code: string, message: string, param: string) => ({ error: { message, type: 'invalid_request_error', param, code } });

  it.each<[Client, string, object, unknown]>([
    [
      'chat',
      'gemini-2.5-pro',
      { reasoning_effort: 'zzz' },
      openAi('unknown_level', 'unknown level: zzz, valid levels: auto, minimal, low, medium, high, xhigh, max', 'reasoningEffort'),
    ],
    [
      'responses',
      'gemini-3-pro-preview',
      { reasoning: { effort: 'zzz' } },
      openAi('level_not_supported', 'level "zzz" not supported, valid levels: auto, low, high', 'reasoningEffort'),
    ],
    [
      'chat',
      'gpt-5.4',
      { reasoning_effort: 'max' },
      openAi('level_not_supported', 'level "max" not supported, valid levels: low, medium, high, xhigh', 'reasoningEffort'),
    ],
    [
      'messages',
      'claude-opus-4-6',
      { thinking: { type: 'enabled', budget_tokens: 500 } },
      { type: 'error', error: { type: 'invalid_request_error', message: 'budget 500 out of range [1024,128000]' } },
    ],
    [
      'gemini',
      'gemini-2.5-pro',
      { generationConfig: { thinkingConfig: { thinkingBudget: 999_999 } } },
      { error: { code: 400, message: 'budget 999999 out of range [128,32768]', status: 'INVALID_ARGUMENT' } },
    ],
  ])('%s to %s %j is refused before anybody is asked', async (client, model, more, json) => {
    const answered = await send(client, model, more);
    expect([answered.status, answered.call]).toEqual([400, undefined]);
    expect(answered.json).toMatchObject(json as object);
  });
});

describe('the lines of the log contract', () => {
  const said = (from: number): readonly string[] =>
    logs.slice(from).flatMap(({ message }) => (message.startsWith('thinking: ') ? [message] : []));

  it('are written while debug is on', async () => {
    const from = logs.length;
    await send('chat', 'gemini-2.5-flash(high)', {});
    expect(said(from)).toEqual([
      'thinking: config from model suffix | provider=gemini model=gemini-2.5-flash mode=level budget=0 level=high',
      'thinking: processed config to apply | provider=gemini model=gemini-2.5-flash mode=budget budget=24576 level=',
    ]);
  });

  it('and only then', async () => {
    const quiet: ProxyLogLine[] = [];
    const other = await buildProxy({ config: configuration(false), onLog: (line) => quiet.push(line) });
    await send('chat', 'gemini-2.5-flash(high)', {}, other);
    await send('chat', 'gemini-2.5-flash', { reasoning_effort: 'zzz' }, other);
    await other.close();
    expect(quiet.filter(({ message, level }) => level === 'debug' || message.startsWith('thinking'))).toEqual([]);
  });
});
