import { answer, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

let upstream: MockUpstream;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  upstream = await startMockUpstream();
  app = await buildProxy({
    config: {
      'openai-compatibility': [
        { name: 'c', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'chat' }] },
      ],
      'claude-api-key': [{ 'api-key': 'k', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'claude' }] }],
    },
    clock: { now: () => 1_770_000_000_000 },
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

let tokens = 0;
const newToken = (script: Script): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  return token;
};

const ask = async (body: object): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
};

const events = (text: string): readonly unknown[] =>
  text
    .split('\n\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^data: /, ''))
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)));

const choice = (text: string, finish_reason: string | null) => ({ text, index: 0, logprobs: null, finish_reason });
const head = { id: 'chatcmpl-CeWp4T1b7QmZr9VxKJ2dLhYs', object: 'text_completion', created: 1_770_000_000, model: 'chat' };
const usage = {
  prompt_tokens: 14,
  completion_tokens: 6,
  total_tokens: 20,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};

describe('POST /v1/completions', () => {
  it.each([[(token: string) => token], [(token: string) => [token]]])('answers a prompt, alone or as a list of one', async (prompt) => {
    const token = newToken(answer('text'));
    const { status, text } = await ask({ model: 'chat', prompt: prompt(token), max_tokens: 5, seed: 7, n: 1, echo: false, suffix: null });
    expect([status, JSON.parse(text)]).toEqual([200, { ...head, choices: [choice('Wireproof says ok.', 'stop')], usage }]);
    expect(upstream.calls(token).map(({ path, body }) => [path, body])).toEqual([
      ['/v1/chat/completions', { model: 'chat', messages: [{ role: 'user', content: token }], max_tokens: 5, seed: 7 }],
    ]);
  });

  it('streams text chunks, the finish reason and [DONE]', async () => {
    const { text } = await ask({ model: 'chat', prompt: newToken(answer('text')), stream: true });
    const chunks = [choice('Wireproof', null), choice(' says', null), choice(' ok.', null), choice('', 'stop')];
    expect(events(text)).toEqual([...chunks.map((one) => ({ ...head, choices: [one] })), '[DONE]']);
  });

  it('streams usage when it is asked for', async () => {
    const { text } = await ask({
      model: 'chat',
      prompt: newToken(answer('text')),
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(events(text).slice(-3)).toEqual([
      { ...head, choices: [choice('', 'stop')], usage: null },
      { ...head, choices: [], usage },
      '[DONE]',
    ]);
  });

  it('reaches upstreams of other dialects', async () => {
    const { status, text } = await ask({ model: 'claude', prompt: newToken(answer('text')) });
    expect([status, (JSON.parse(text) as { choices: unknown }).choices]).toEqual([200, [choice('Wireproof says ok.', 'stop')]]);
  });

  it('says what an upstream refused in its own envelope', async () => {
    const { status, text } = await ask({ model: 'claude', prompt: newToken(replay('anthropic-messages/rate-limited')) });
    const error = { message: expect.any(String) as unknown, type: 'rate_limit_error', param: null, code: null };
    expect([status, JSON.parse(text)]).toEqual([429, { error: expect.objectContaining({ ...error, code: expect.anything() as unknown }) }]);
  });

  it('ends a broken stream in an error and without [DONE]', async () => {
    const cut = replay({ exchange: 'openai-chat/text.stream', fault: { afterEvents: 3, ending: 'eof' } });
    const { text } = await ask({ model: 'chat', prompt: newToken(cut), stream: true });
    expect(events(text).at(-1)).toEqual({ error: expect.objectContaining({ code: 'upstream_bad_answer' }) as unknown });
  });

  it.each([
    [{ prompt: ['a', 'b'] }, 'prompt', 'prompt: expected a string or a list of one string, got an array'],
    [{ prompt: [1, 2] }, 'prompt', 'prompt: expected a string or a list of one string, got an array'],
    [{}, 'prompt', 'prompt: expected a string or a list of one string, got nothing'],
    [{ prompt: 'a', n: 2 }, 'n', 'n: prompts are answered as a conversation here, which has nothing like it; leave it out'],
    [{ prompt: 'a', echo: true }, 'echo', 'echo: prompts are answered as a conversation here, which has nothing like it; leave it out'],
  ])('refuses %j', async (body, param, message) => {
    const { status, text } = await ask({ model: 'chat', ...body });
    const error = { message, type: 'invalid_request_error', param, code: 'invalid_request' };
    expect([status, JSON.parse(text)]).toEqual([400, { error }]);
  });

  it('serves the official client', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 });
    const whole = await client.completions.create({ model: 'chat', prompt: newToken(answer('text')) });
    const stream = await client.completions.create({ model: 'chat', prompt: newToken(answer('text')), stream: true });
    const pieces: string[] = [];
    for await (const { choices } of stream) pieces.push(choices[0]?.text ?? '');
    expect([whole.choices[0]?.text, pieces.join('')]).toEqual(['Wireproof says ok.', 'Wireproof says ok.']);
  });
});
