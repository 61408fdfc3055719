import { answer, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream, Script } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

let app: FastifyInstance;
afterEach(() => app.close());

let now = 0;
/** One account of Qwen whose requests go into one further round, with time that only moves by hand. */
const start = async (off: readonly string[] = []): Promise<void> => {
  now = 1_770_000_000_000;
  app = await buildProxy({
    config: {
      'openai-compatibility': [
        { name: 'other', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'paid' }] },
      ],
      'disable-cooling': true,
      'request-retry': 1,
      'max-retry-interval': 0.01,
      remedies: { off },
    },
    authFiles: [{ type: 'qwen', base_url: upstream.baseUrl('openai-chat'), access_token: 'token', models: ['qwen'] }],
    clock: { now: () => now },
    random: () => 0,
  });
};

let tokens = 0;
const ask = async (script: Script, model = 'qwen') => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, script);
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    payload: { model, messages: [{ role: 'user', content: token }] },
  });
  const { error } = reply.json<{ error?: { code: string; message: string } }>();
  return {
    status: reply.statusCode,
    code: error?.code,
    message: error?.message,
    wait: reply.headers['retry-after'],
    asked: upstream.calls(token).length,
  };
};

const usedUp = replay('openai-chat/free-quota-used-up');
const onlyFree = replay('openai-chat/free-tier-only');

describe('used-up-quota', () => {
  it('is not asked for in further rounds, rests for a minute, and tells its other cause', async () => {
    await start();
    const first = await ask(usedUp);
    now += 59_000;
    const second = await ask(answer('text'));
    now += 1_001;
    const third = await ask(answer('text'));
    expect([first, second, third].map(({ status, code, wait, asked }) => [status, code, wait, asked])).toEqual([
      [429, 'insufficient_quota', undefined, 1],
      [429, 'model_cooldown', '1', 0],
      [200, undefined, undefined, 1],
    ]);
    expect(first.message).toMatch(/^Free allocated quota exceeded\. The portal says the same when it does not recognise the client/);
  });

  it('is 429 when it is told as 403, in its own words', async () => {
    await start();
    expect(await ask(onlyFree)).toEqual({
      status: 429,
      code: 'insufficient_quota',
      message: 'The free tier of the model has been exhausted.',
      wait: undefined,
      asked: 1,
    });
  });

  it('is no rate, which rests nobody here, and what other vendors say is theirs', async () => {
    await start();
    const [rate, next, paid] = [await ask(replay('openai-chat/rate-limited')), await ask(answer('text')), await ask(usedUp, 'paid')];
    expect([rate.status, next.status, paid.message]).toEqual([429, 200, 'Free allocated quota exceeded.']);
  });

  it('off: every round asks, nobody rests, and a 403 stays one', async () => {
    await start(['used-up-quota']);
    const [first, second] = [await ask(usedUp), await ask(onlyFree)];
    expect([first, second].map(({ status, message, asked }) => [status, message, asked])).toEqual([
      [429, 'Free allocated quota exceeded.', 2],
      [403, 'The free tier of the model has been exhausted.', 2],
    ]);
  });
});
