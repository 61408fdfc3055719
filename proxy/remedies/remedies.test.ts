import { gzipSync, deflateSync } from 'node:zlib';

import { answer, replay, startMockUpstream, unsignedJwt, verifyIflowSignature } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import { remedyIds } from '../remedy-ids.ts';
import type { ProxyLogLine } from '../options.ts';
import errorsInsideSuccess from './errors-inside-success.ts';
import { iflowSignature } from './signed-iflow-headers.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const spark = 'gpt-5.3-codex-spark';

const codex = (plan: string, models: readonly string[]): object => ({
  type: 'codex',
  base_url: upstream.baseUrl('codex'),
  access_token: unsignedJwt({ chatgpt_plan_type: plan }),
  models,
});

interface Setting {
  readonly off?: readonly string[];
  readonly config?: object;
  readonly authFiles?: readonly object[];
}

let now = 0;

/** A proxy over the mocks with the remedies of `off` switched off, and a way to ask it. */
const start = async ({ off = [], config = {}, authFiles = [codex('team', [spark, 'gpt-5.3-codex'])] }: Setting = {}) => {
  now = 1_770_000_000_000;
  let ids = 0;
  const logs: ProxyLogLine[] = [];
  const chat = {
    name: 'chat',
    'base-url': upstream.baseUrl('openai-chat'),
    'api-key-entries': [{ 'api-key': 'k' }],
    models: [{ name: 'm' }],
  };
  const responses = {
    ...chat,
    name: 'responses',
    'base-url': upstream.baseUrl('openai-responses'),
    'wire-api': 'responses',
    models: [{ name: 'r' }],
  };
  const app = await buildProxy({
    config: {
      'openai-compatibility': [chat, responses],
      'gemini-api-key': [{ 'api-key': 'g', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'g' }] }],
      remedies: { off },
      ...config,
    },
    authFiles: [
      ...authFiles,
      { type: 'iflow', base_url: upstream.baseUrl('iflow'), api_key: 'sk-iflow-test', models: ['glm-4.7', 'glm-4.6'] },
    ],
    clock: { now: () => now },
    nextId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    onLog: (line) => logs.push(line),
  });
  apps.push(app);
  const post = async (
    path: string,
    body: unknown,
    script: Script,
    headers: Record<string, string> = {},
    encode?: (text: string) => Buffer,
  ) => {
    const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
    upstream.script(token, script);
    const text = JSON.stringify(body).replaceAll('TOKEN', token);
    const payload = encode === undefined ? text : encode(text);
    const response = await app.inject({ method: 'POST', url: path, headers: { 'content-type': 'application/json', ...headers }, payload });
    return { status: response.statusCode, text: response.body, headers: response.headers, calls: upstream.calls(token), token };
  };
  return { app, post, logs };
};
let tokens = 0;

/** Without the id of the request, which is another every time. */
const alerts = (logs: readonly ProxyLogLine[]) =>
  logs
    .filter(({ fields }) => fields['event'] === 'model-failure-alert')
    .map(({ fields: { requestId: _requestId, ...fields }, ...line }) => ({ ...line, fields }));
const message = (text: string): unknown => (JSON.parse(text) as { readonly error: { readonly message: unknown } }).error.message;

it('finds every one', async () => {
  expect(remedyIds()).toEqual([
    'assume-token-lifetime',
    'body-limit',
    'carry-reasoning-effort',
    'compact-refuses-stream',
    'compact-strips-fields',
    'count-usage-when-omitted',
    'errors-inside-success',
    'explain-account-refusals',
    'explain-empty-errors',
    'explain-size-refusals',
    'force-refresh-after-refusal',
    'gzip-request-bodies',
    'iflow-retry-non-stream',
    'invalid-grant-is-final',
    'keep-refresh-token',
    'model-failure-alert',
    'model-fallback',
    'model-support-cooldown',
    'one-leading-system-message',
    'request-stream-usage',
    'signed-iflow-headers',
    'single-refresh-per-token',
    'sparse-tool-result',
    'try-quota-alone',
    'used-up-quota',
  ]);
});

it('refuses to leave out one that does not exist', async () => {
  await expect(start({ off: ['model-fallbak'] })).rejects.toMatchObject({
    problems: [
      { where: 'config: remedies.off', expected: 'the id of a remedy', actual: '"model-fallbak"', hint: 'did you mean "model-fallback"?' },
    ],
  });
});

describe('sparse-tool-result', () => {
  const conversation = (model: string, result: object): object => ({
    model,
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'go TOKEN' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 't', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', ...result }] },
    ],
  });
  const sentTo = async (off: readonly string[], model: string, result: object): Promise<string | undefined> => {
    const { post } = await start({ off });
    const { calls } = await post('/v1/messages', conversation(model, result), answer('text'));
    return calls[0]?.bodyBytes.toString();
  };
  const geminiResult = /"response":\{.*?\}(?=\})/;

  it.each([{}, { content: null }, { content: '' }, { content: [] }])('on: %j reaches Gemini as an empty text', async (result) => {
    expect(geminiResult.exec((await sentTo([], 'g', result)) ?? '')?.[0]).toBe('"response":{"result":""}');
  });

  it.each([{}, { content: null }, { content: [] }])('on: %j reaches Chat as an empty text', async (result) => {
    expect(JSON.parse((await sentTo([], 'm', result)) ?? '')).toMatchObject({
      messages: [{}, {}, { role: 'tool', tool_call_id: 'toolu_1', content: '' }],
    });
  });

  it('off: a missing content is a hole in the JSON, in the Chat message, in the Responses item', async () => {
    const off = ['sparse-tool-result'];
    expect(geminiResult.exec((await sentTo(off, 'g', {})) ?? '')?.[0]).toBe('"response":{"result":}');
    const chat = JSON.parse((await sentTo(off, 'm', {})) ?? '') as { readonly messages: readonly object[] };
    expect(chat.messages[2]).toEqual({ role: 'tool', tool_call_id: 'toolu_1' });
    const responses = JSON.parse((await sentTo(off, 'r', {})) ?? '') as { readonly input: readonly object[] };
    expect(responses.input.at(-1)).toEqual({ type: 'function_call_output', call_id: 'toolu_1' });
  });
});

describe('body-limit', () => {
  const config = { 'body-limits': { m: 200 } };
  const sized = (bytes: number): object => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'TOKEN' }], x: '' };
    return { ...body, x: 'x'.repeat(bytes - JSON.stringify(body).length - 'wpt_0000000000000000'.length + 'TOKEN'.length) };
  };

  it('on: takes the limit, refuses one byte more without asking the upstream', async () => {
    const { post } = await start({ config });
    const at = await post('/v1/chat/completions', sized(200), answer('text'));
    expect([at.status, at.calls.map(({ wireBytes }) => wireBytes)]).toEqual([200, [200]]);
    const over = await post('/v1/chat/completions', sized(201), answer('text'));
    expect([over.status, over.calls]).toEqual([413, []]);
    expect(JSON.parse(over.text)).toEqual({
      error: {
        message:
          'The request for "m" is 201 bytes as sent to the upstream; the limit for this model is 200 bytes. Shorten the conversation, move large content to files or URLs, or split it.',
        type: 'invalid_request_error',
        param: null,
        code: 'request_too_large',
      },
    });
  });

  it('off: the body goes upstream', async () => {
    const { post } = await start({ config, off: ['body-limit'] });
    const over = await post('/v1/chat/completions', sized(201), answer('text'));
    expect([over.status, over.calls.map(({ wireBytes }) => wireBytes)]).toEqual([200, [201]]);
  });
});

describe('gzip-request-bodies', () => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'TOKEN' }] };

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('on: %s is read and sent on plain', async (encoding, encode) => {
    const { post } = await start();
    const { status, calls, token } = await post('/v1/chat/completions', body, answer('text'), { 'content-encoding': encoding }, (text) =>
      encode(text),
    );
    expect([status, calls.map(({ bodyBytes }) => bodyBytes.toString())]).toEqual([200, [JSON.stringify(body).replace('TOKEN', token)]]);
    expect(calls[0]?.headers['content-encoding']).toBeUndefined();
  });

  it('on: a body that grows over the bound is refused, one that is no gzip too', async () => {
    const { post } = await start({ config: { 'max-request-body-bytes': 10_000 } });
    const bomb = await post('/v1/messages', body, answer('text'), { 'content-encoding': 'gzip' }, () => gzipSync(Buffer.alloc(10_001)));
    expect([bomb.status, JSON.parse(bomb.text)]).toEqual([
      413,
      {
        type: 'error',
        error: {
          type: 'request_too_large',
          message: 'The gzip request body is larger than 10000 bytes when decoded, the limit of this proxy.',
        },
      },
    ]);
    const junk = await post('/v1/messages', body, answer('text'), { 'content-encoding': 'gzip' }, () => Buffer.from('junk'));
    expect([junk.status, message(junk.text)]).toEqual([400, 'The request body is not valid gzip: incorrect header check']);
  });

  it('off, or another encoding: 400', async () => {
    const { post } = await start({ off: ['gzip-request-bodies'] });
    const off = await post('/v1/chat/completions', body, answer('text'), { 'content-encoding': 'gzip' }, (text) => gzipSync(text));
    expect([off.status, message(off.text)]).toEqual([400, 'Unsupported request content encoding: gzip']);
    const zstd = await (await start()).post('/v1/chat/completions', body, answer('text'), { 'content-encoding': 'zstd' });
    expect([zstd.status, message(zstd.text)]).toEqual([400, 'Unsupported request content encoding: zstd']);
  });
});

describe('explain-size-refusals', () => {
  const ask = async (off: readonly string[], slug: string, model: string, filler = 0) => {
    const { post } = await start({ off });
    const body = { model, messages: [{ role: 'user', content: 'TOKEN' + 'x'.repeat(filler) }] };
    const said = await post(
      '/v1/chat/completions',
      body,
      replay(({ surface }) => ({ exchange: `${surface}/${slug}` })),
    );
    return {
      status: said.status,
      message: message(said.text),
      code: (JSON.parse(said.text) as { error: { code: unknown } }).error.code,
      bytes: said.calls[0]?.wireBytes,
    };
  };

  it('on: names size and limit of a 413, and takes HTML apart', async () => {
    const json = await ask([], 'too-large', 'g');
    const said = 'Maximum request body size 1048576 exceeded, actual body size 1056562';
    expect(json).toEqual({
      status: 413,
      code: 'request_too_large',
      message: `The upstream refused a request body of ${json.bytes} bytes as too large (its limit is 1048576 bytes). It said: ${said}`,
      bytes: json.bytes,
    });
    const html = await ask([], 'too-large-html', 'm');
    expect(html).toEqual({
      status: 413,
      code: 'request_too_large',
      message: `The upstream refused a request body of ${html.bytes} bytes as too large (it names no limit). It said: 413 Request Entity Too Large`,
      bytes: html.bytes,
    });
  });

  it('on: an opaque 400 to a large body gives its size away, to a small one not', async () => {
    const large = await ask([], 'too-large-opaque', 'g', 200_000);
    expect(large).toMatchObject({
      status: 400,
      message: `The upstream refused a request body of ${large.bytes} bytes without naming a reason; its size may be the reason, so retry with less than 200000 bytes. It said: Request contains an invalid argument.`,
    });
    expect(await ask([], 'too-large-opaque', 'g')).toMatchObject({ status: 400, message: 'Request contains an invalid argument.' });
    expect((await ask([], 'missing-tool-content', 'm', 200_000)).message).toBe("Missing required parameter: 'messages[2].content'.");
  });

  it('off: HTML lands in the message, an opaque 400 stays opaque', async () => {
    const off = ['explain-size-refusals'];
    expect((await ask(off, 'too-large-html', 'm')).message).toMatch(/^<html>/);
    expect(await ask(off, 'too-large-opaque', 'g', 200_000)).toMatchObject({
      status: 400,
      message: 'Request contains an invalid argument.',
    });
  });
});

describe('row 8', () => {
  const rules = answer('text')
    .when(({ bodyBytes }) => bodyBytes.includes('[prompt]'), 'codex/invalid-prompt')
    .when(
      ({ body, headers }) =>
        (body as { model?: unknown }).model === spark && headers.authorization !== `Bearer ${unsignedJwt({ chatgpt_plan_type: 'pro' })}`,
      'codex/model-not-supported',
    );
  const config = { fallback: { [spark]: ['none', 'gpt-5.3-codex'], 'gpt-5.3-codex': [spark] } };
  const question = (text = ''): object => ({ model: spark, messages: [{ role: 'user', content: `TOKEN${text}` }] });
  const models = (calls: readonly { readonly body: unknown }[]) => calls.map(({ body }) => (body as { readonly model: string }).model);
  const refusal = "The 'gpt-5.3-codex-spark' model is not supported when using Codex with a ChatGPT account.";

  it('all on: falls back visibly, does not ask again, hides the model, and alerts from the third time on', async () => {
    const { app, post, logs } = await start({ config });
    const first = await post('/v1/chat/completions', question(), rules);
    expect([first.status, first.headers['wireproof-fallback'], models(first.calls)]).toEqual([
      200,
      'gpt-5.3-codex',
      [spark, 'gpt-5.3-codex'],
    ]);
    const second = await post('/v1/chat/completions', question(), rules);
    expect([second.status, models(second.calls), alerts(logs)]).toEqual([200, ['gpt-5.3-codex'], []]);
    const list = (await app.inject('/v1/models')).json() as { readonly data: readonly { readonly id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(['m', 'r', 'g', 'gpt-5.3-codex', 'glm-4.7', 'glm-4.6']);
    await post('/v1/chat/completions', question(), rules);
    expect(alerts(logs)).toEqual([
      {
        level: 'warn',
        message: `The model ${spark} was refused 3 times (last status 400 from codex): the account does not have it.`,
        fields: { event: 'model-failure-alert', model: spark, status: 400, count: 3 },
      },
    ]);
    now += 12 * 3_600_000;
    expect(models((await post('/v1/chat/completions', question(), rules)).calls)).toEqual([spark, 'gpt-5.3-codex']);
  });

  it('without a configured fallback the second request is turned away at once', async () => {
    const { post } = await start();
    const first = await post('/v1/messages', { ...question(), max_tokens: 1 }, rules);
    expect([first.status, JSON.parse(first.text)]).toEqual([
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: refusal } },
    ]);
    now += 60_000;
    const second = await post('/v1/messages', { ...question(), max_tokens: 1 }, rules);
    expect([second.status, second.calls, second.headers['retry-after']]).toEqual([503, [], '43140']);
    expect(message(second.text)).toBe(
      `No usable credential (providers=codex, model=${spark}): the last answer of the upstream was status 400. It is asked again in 719 min.`,
    );
  });

  it('an entitled credential of the pool is found before any fallback', async () => {
    const { post } = await start({ config, authFiles: [codex('team', [spark]), codex('pro', [spark])] });
    const first = await post('/v1/chat/completions', question(), rules);
    expect([first.status, first.headers['wireproof-fallback'], models(first.calls)]).toEqual([200, undefined, [spark, spark]]);
    expect(models((await post('/v1/chat/completions', question(), rules)).calls)).toEqual([spark]);
  });

  it('a prompt-caused 400 neither falls back nor cools down', async () => {
    const { post, logs } = await start({ config, authFiles: [codex('pro', [spark])] });
    for (let count = 0; count < 3; count += 1) {
      const said = await post('/v1/responses', { model: spark, input: 'TOKEN [prompt]' }, rules);
      expect([said.status, models(said.calls)]).toEqual([400, [spark]]);
    }
    expect(alerts(logs)).toEqual([]);
  });

  it('model-fallback off: the client gets the refusal in its own envelope', async () => {
    const { post } = await start({ config, off: ['model-fallback'] });
    const said = await post('/v1/responses', { model: spark, input: 'TOKEN', stream: true }, rules);
    expect([said.status, JSON.parse(said.text), models(said.calls)]).toEqual([
      400,
      { error: { message: refusal, type: 'invalid_request_error', param: null, code: null } },
      [spark],
    ]);
  });

  it('model-support-cooldown off: the next request asks the upstream again; model-failure-alert off: nobody is told', async () => {
    const { post, logs } = await start({ config, off: ['model-support-cooldown', 'model-failure-alert'] });
    for (let count = 0; count < 3; count += 1) {
      expect(models((await post('/v1/chat/completions', question(), rules)).calls)).toEqual([spark, 'gpt-5.3-codex']);
    }
    expect(alerts(logs)).toEqual([]);
  });
});

describe('row 9', () => {
  const question = (stream: boolean, text = ''): object => ({
    model: 'glm-4.7',
    stream,
    messages: [{ role: 'user', content: `TOKEN${text}` }],
  });
  const signedOnly = answer('text').when(({ headers }) => !verifyIflowSignature(headers, now).ok, 'iflow/not-acceptable');
  const noStreams = answer('text').when(({ stream }) => stream, 'iflow/not-acceptable');
  const noGlm47 = answer('text').when(({ body }) => (body as { model: string }).model === 'glm-4.7', 'iflow/not-acceptable');

  it('signs as the published vector says', () => {
    expect(iflowSignature('sk-iflow-test', 'session-00000000-0000-4000-8000-000000000000', 1_770_000_000_000)).toBe(
      '5df87e796fe8ebaa36e848d916c0cedddeb4b3e8a279dc3a273a8e72de89ec98',
    );
  });

  it('on: every attempt is signed afresh, the retry too', async () => {
    const { post } = await start();
    const said = await post('/v1/chat/completions', question(true), noStreams);
    expect(said.calls.map(({ headers, stream }) => [verifyIflowSignature(headers, now), headers['session-id'], stream])).toEqual([
      [{ ok: true }, 'session-00000000-0000-4000-8000-000000000001', true],
      [{ ok: true }, 'session-00000000-0000-4000-8000-000000000002', false],
    ]);
    expect([said.status, said.headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(said.text).toContain('Wireproof says ok.');
  });

  it('signed-iflow-headers off: plain Bearer and a refusal', async () => {
    const { post } = await start({ off: ['signed-iflow-headers'] });
    const said = await post('/v1/chat/completions', question(false), signedOnly);
    expect(said.status).toBe(406);
    expect(said.calls.map(({ headers }) => [headers.authorization, headers['session-id'], headers['x-iflow-signature']])).toEqual([
      ['Bearer sk-iflow-test', undefined, undefined],
    ]);
    expect(said.calls[0]?.headers['user-agent']).toMatch(/^wireproof-proxy\//);
  });

  it('iflow-retry-non-stream off: a refused stream stays refused', async () => {
    const { post } = await start({ off: ['iflow-retry-non-stream'] });
    const said = await post('/v1/chat/completions', question(true), noStreams);
    expect([said.status, said.calls.length]).toEqual([406, 1]);
  });

  it.each([false, true])('model-fallback on (stream: %s): 406 continues with the configured model', async (stream) => {
    const { post } = await start({ config: { fallback: { 'glm-4.7': 'glm-4.6' } } });
    const said = await post('/v1/messages', { ...question(stream), max_tokens: 1 }, noGlm47);
    expect([said.status, said.headers['wireproof-fallback'], said.calls.length]).toEqual([200, 'glm-4.6', stream ? 3 : 2]);
  });

  it('explain-empty-errors on and off', async () => {
    const on = await (await start()).post('/v1/chat/completions', question(false), noGlm47);
    expect([on.status, JSON.parse(on.text)]).toEqual([
      406,
      {
        error: {
          message:
            'The upstream iflow answered status 406 with an empty body for the model glm-4.7. Its acceptance rules were not met: request headers or format, or the account does not serve this model.',
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      },
    ]);
    const off = await (await start({ off: ['explain-empty-errors'] })).post('/v1/chat/completions', question(false), noGlm47);
    expect([off.status, message(off.text)]).toEqual([406, 'status 406']);
  });
});

describe('errors-inside-success', () => {
  const glm = (stream: boolean) => ({ model: 'glm-4.7', messages: [{ role: 'user', content: 'TOKEN' }], ...(stream && { stream }) });
  const limited = replay('iflow/business-error');

  it.each([
    ['/v1/chat/completions', false],
    ['/v1/chat/completions', true],
    ['/v1/messages', false],
    ['/v1/messages', true],
  ] as const)('on: %s (stream: %s) gets the rate limit as such', async (path, stream) => {
    const { post } = await start();
    const { status, text } = await post(path, { ...glm(stream), max_tokens: 9 }, limited);
    expect([status, message(text)]).toEqual([429, 'You exceeded your current rate limit.']);
  });

  it('off: the caller gets it as an answer', async () => {
    const { post } = await start({ off: ['errors-inside-success'] });
    const { status, text } = await post('/v1/chat/completions', glm(false), limited);
    expect([status, JSON.parse(text)]).toEqual([200, { status: '449', msg: 'You exceeded your current rate limit.', body: null }]);
  });

  const { refusalIn } = errorsInsideSuccess;
  const attempt = { operation: 'generate' } as Parameters<NonNullable<typeof refusalIn>>[0];
  it.each([
    ['{"error":{"message":"boom","code":503}}', { status: 503, message: 'boom' }],
    ['{"error":"boom"}', { status: 502, message: 'boom' }],
    ['{"code":200,"message":"fine"}', undefined],
    ['{"id":"c","choices":[],"error":{"message":"boom"}}', undefined],
    ['{"id":"r","object":"response","status":"completed","error":null,"output":[]}', undefined],
    ['{"type":"message","content":[],"status":"x","message":"y"}', undefined],
    ['{"error":{}}', undefined],
    ['"error"', undefined],
    ['{"error":', undefined],
  ])('finds in %s: %j', (text, found) => {
    expect(refusalIn?.(attempt, text)).toEqual(found);
  });
});

describe('row 20', () => {
  const rules = replay(({ surface }) => ({ exchange: `${surface}/compaction` }));
  const question = (more: object = {}, model = 'gpt-5.3-codex'): object => ({
    model,
    input: [{ type: 'message', role: 'user', content: 'TOKEN' }],
    ...more,
  });
  const url = '/v1/responses/compact';

  it('compact-refuses-stream on: refused at once, whatever the model', async () => {
    const { post } = await start();
    for (const model of ['gpt-5.3-codex', 'unheard-of']) {
      const said = await post(url, question({ stream: true }, model), rules);
      expect([said.status, JSON.parse(said.text), said.calls]).toEqual([
        400,
        {
          error: {
            message: 'Streaming not supported for compact responses',
            type: 'invalid_request_error',
            param: 'stream',
            code: 'compact_does_not_stream',
          },
        },
        [],
      ]);
    }
  });

  it('compact-refuses-stream off: forwarded', async () => {
    const { post } = await start({ off: ['compact-refuses-stream'] });
    const said = await post(url, question({ stream: true }), rules);
    expect(said.calls.map(({ body }) => (body as { stream?: unknown }).stream)).toEqual([true]);
  });

  const extras = { stream: false, store: false, truncation: 'auto', context_management: [], tools: [], temperature: 1 };

  it('compact-strips-fields on: only what compaction knows is sent', async () => {
    const { post } = await start();
    const codexCall = await post(url, question(extras), rules);
    expect(codexCall.calls.map(({ body, path }) => [path, body])).toEqual([
      [
        '/responses/compact',
        { model: 'gpt-5.3-codex', input: [{ type: 'message', role: 'user', content: codexCall.token }], tools: [], instructions: '' },
      ],
    ]);
    expect(JSON.parse(codexCall.text)).toMatchObject({ object: 'response.compaction' });
    const untouched = await post(url, question({}, 'r'), rules);
    expect(untouched.calls.map(({ bodyBytes }) => bodyBytes.toString())).toEqual([
      JSON.stringify(question({}, 'r')).replace('TOKEN', untouched.token),
    ]);
  });

  it('compact-strips-fields off: forwarded as it came', async () => {
    const { post } = await start({ off: ['compact-strips-fields'] });
    const said = await post(url, question(extras), rules);
    expect(said.calls.map(({ bodyBytes }) => bodyBytes.toString())).toEqual([
      JSON.stringify(question(extras)).replace('TOKEN', said.token),
    ]);
  });

  it('a model whose provider has no compaction: 501', async () => {
    const said = await (await start()).post(url, question({}, 'm'), rules);
    expect([said.status, message(said.text)]).toEqual([501, '/responses/compact is not supported for the model "m".']);
  });

  it('a gateway without the route does not cool the credential down', async () => {
    const { post } = await start();
    const missing = await post(url, question(), replay('codex/compact-not-found'));
    expect(missing.status).toBe(404);
    expect((await post(url, question(), rules)).status).toBe(200);
  });
});
