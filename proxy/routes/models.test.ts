import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = await buildProxy({
    config: {
      'openai-compatibility': [
        {
          name: 'c',
          'base-url': 'http://127.0.0.1:9/v1',
          'api-key-entries': [{ 'api-key': 'k' }],
          models: [{ name: 'gpt' }, { name: 'up', alias: 'team/deep', 'display-name': 'Deep', 'max-context-length': 64_000 }],
        },
      ],
    },
    clock: { now: () => 1_770_000_000_000 },
  });
});
afterAll(() => app.close());

const get = async (url: string, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await app.inject({ method: 'GET', url, headers });
  return { status: statusCode, json: JSON.parse(body) as unknown };
};

const openAi = (id: string) => ({ id, object: 'model', created: 1_770_000_000, owned_by: 'openai-compatibility' });
const anthropic = (id: string) => ({ id, type: 'model', display_name: id === 'gpt' ? id : 'Deep', created_at: '2026-02-02T02:40:00.000Z' });
const google = (id: string) => ({
  name: `models/${id}`,
  displayName: id === 'gpt' ? id : 'Deep',
  description: 'Served by openai-compatibility.',
  ...(id === 'gpt' ? {} : { inputTokenLimit: 64_000 }),
  supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
});

describe('lists of models', () => {
  it.each([[{ 'anthropic-version': '2026-10-21' }], [{ 'user-agent': 'claude-cli/2.1.197 (external)' }]])(
    'are in Anthropic shape for %j, with nothing cloaked',
    async (headers) => {
      expect((await get('/v1/models', headers)).json).toEqual({
        data: ['gpt', 'team/deep'].map(anthropic),
        has_more: false,
        first_id: 'gpt',
        last_id: 'team/deep',
      });
    },
  );

  it('are a catalogue for Codex', async () => {
    const { models } = (await get('/v1/models?client_version=0.169.0')).json as { models: readonly Record<string, unknown>[] };
    const shown = ['slug', 'display_name', 'visibility', 'priority', 'context_window', 'prefer_websockets'] as const;
    expect(models.map((model) => shown.map((key) => model[key]))).toEqual([
      ['gpt', 'gpt', 'list', 0, 200_000, false],
      ['team/deep', 'Deep', 'list', 1, 64_000, false],
    ]);
    expect(models.map(({ supported_reasoning_levels: levels }) => levels)).toMatchObject(
      models.map(() => [{ effort: 'low' }, { effort: 'medium' }, { effort: 'high' }]),
    );
  });
});

describe('one model', () => {
  it.each([
    ['/v1/models/gpt', {}, openAi('gpt')],
    ['/v1/models/team/deep', {}, openAi('team/deep')],
    ['/v1/models/team%2Fdeep', { 'anthropic-version': '2023-06-01' }, anthropic('team/deep')],
    ['/v1beta/models/team/deep?key=x', {}, google('team/deep')],
  ])('%s %j', async (url, headers, json) => {
    expect(await get(url, headers)).toEqual({ status: 200, json });
  });

  it.each([
    ['/v1/models/gtp', {}, { error: { type: 'invalid_request_error', code: 'model_not_found', param: 'model' } }],
    ['/v1/models/gtp', { 'anthropic-version': '2023-06-01' }, { type: 'error', error: { type: 'not_found_error' } }],
    ['/v1beta/models/gtp', {}, { error: { code: 404, status: 'NOT_FOUND' } }],
  ])('%s %j is not there', async (url, headers, json) => {
    expect(await get(url, headers)).toMatchObject({ status: 404, json });
  });

  it('needs a path that can be decoded', async () => {
    expect((await get('/v1/models/%E0%A4')).status).toBe(400);
  });
});
