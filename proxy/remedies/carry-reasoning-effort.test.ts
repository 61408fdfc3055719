import { answer, startMockUpstream } from '#fixtures/index';
import type { MockUpstream } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';

/** Row 12's remedy switched off is the page's proxy: the amount is gone without a refusal and without a word. */

let upstream: MockUpstream;
let app: FastifyInstance;
const lines: string[] = [];
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());
afterEach(() => app.close());

const start = async (off: readonly string[]): Promise<void> => {
  lines.length = 0;
  app = await buildProxy({
    config: {
      debug: true,
      'gemini-api-key': [{ 'api-key': 'g', 'base-url': upstream.baseUrl('gemini-generate'), models: [{ name: 'gemini-2.5-pro' }] }],
      'openai-compatibility': [
        { name: 'own', 'base-url': upstream.baseUrl('openai-chat'), 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] },
      ],
      remedies: { off },
    },
    onLog: ({ message }: ProxyLogLine) => {
      if (message.startsWith('thinking: ')) lines.push(message);
    },
  });
};

let tokens = 0;
const ask = async (model: string, more: object) => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, answer('text'));
  const { statusCode, headers } = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    payload: { model, messages: [{ role: 'user', content: token }], ...more },
  });
  const [call] = upstream.calls(token);
  const { generationConfig, reasoning_effort, model: asked } = (call?.body ?? {}) as Record<string, unknown>;
  return { status: statusCode, losses: headers['wireproof-losses'], sent: { generationConfig, reasoning_effort, asked } };
};

const nothing = { status: 200, losses: undefined, sent: { generationConfig: undefined, reasoning_effort: undefined, asked: undefined } };

describe('carry-reasoning-effort off', () => {
  it.each<[string, object]>([
    ['gemini-2.5-pro', { reasoning_effort: 'high' }],
    ['gemini-2.5-pro', { reasoning_effort: 'zzz' }],
    ['gemini-2.5-pro(8192)', {}],
    ['gemini-2.5-pro(zzz)', { reasoning_effort: 'high' }],
    ['gemini-2.5-pro', { extra_body: { google: { thinking_config: { thinking_budget: 2048 } } } }],
  ])('%s %j: nothing is sent, refused or declared', async (model, more) => {
    await start(['carry-reasoning-effort']);
    expect(await ask(model, more)).toEqual(nothing);
    expect(lines).toEqual(['thinking: no config found, passthrough | provider=gemini model=gemini-2.5-pro']);
  });

  it('copies what stands in the upstream’s own dialect, and loses the suffix', async () => {
    await start(['carry-reasoning-effort']);
    expect(await ask('m(low)', { reasoning_effort: 'zzz' })).toEqual({
      ...nothing,
      sent: { generationConfig: undefined, reasoning_effort: 'zzz', asked: 'm' },
    });
  });
});

it('carry-reasoning-effort on: the amount is sent and told', async () => {
  await start([]);
  const { sent } = await ask('gemini-2.5-pro', { reasoning_effort: 'high' });
  expect(sent.generationConfig).toEqual({ thinkingConfig: { thinkingBudget: 24_576, includeThoughts: true } });
  expect((await ask('m(low)', {})).sent).toEqual({ generationConfig: undefined, reasoning_effort: 'low', asked: 'm' });
  expect(lines.slice(0, 2)).toEqual([
    'thinking: original config from request | provider=gemini model=gemini-2.5-pro mode=level budget=0 level=high',
    'thinking: processed config to apply | provider=gemini model=gemini-2.5-pro mode=budget budget=24576 level=',
  ]);
});
