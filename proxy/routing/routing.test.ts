import { describe, expect, it } from 'vitest';

import { parseConfig } from '../config/parse.ts';
import { loadModules } from '../discovery.ts';
import type { Provider } from '../providers/provider.ts';
import type { Failure } from '../remedies/remedy.ts';
import { refusesModel } from './model-support.ts';
import { planOf } from './plan.ts';
import { createRouting } from './routing.ts';
import { matcherOf } from './wildcard.ts';

const providers = await loadModules<Provider>(new URL('../providers/', import.meta.url), 'provider');

const base = 'http://127.0.0.1:1';
const compatible = (name: string, models: readonly object[], more: object = {}): object => ({
  name,
  'base-url': base,
  'api-key-entries': [{ 'api-key': 's' }],
  models,
  ...more,
});
const auth = (more: object): object => ({ type: 'codex', base_url: base, access_token: 't', ...more });

const routingOf = (tree: object, authFiles: readonly object[] = [], clock = { now: () => 0 }) =>
  createRouting(parseConfig(tree, { authFiles: authFiles.map((file) => ({ where: 'a', tree: file })) }), providers, clock);

const ids = (routing: ReturnType<typeof routingOf>): readonly string[] => routing.listed().map(({ id }) => id);
const ways = (routing: ReturnType<typeof routingOf>, model: string): readonly string[] =>
  routing
    .candidates(model)
    .map(({ credential, upstreamModel, forceName }) => `${credential.id} ${upstreamModel}${forceName ? ' renamed' : ''}`);

describe('model table', () => {
  it('lists aliases, pools equal aliases, and keeps the order', () => {
    const routing = routingOf({
      'openai-compatibility': [
        compatible('a', [{ name: 'up-1', alias: 'm' }, { name: 'plain' }]),
        compatible('b', [{ name: 'up-2', alias: 'm' }]),
      ],
    });
    expect(ids(routing)).toEqual(['m', 'plain']);
    expect(ways(routing, 'm')).toEqual(['a[0] up-1', 'b[0] up-2']);
  });

  it('uses the catalogue where no models are named, and excludes by wildcard', () => {
    const routing = routingOf({ 'claude-api-key': [{ 'api-key': 's', 'excluded-models': ['*-OPUS-*'] }] });
    expect(ids(routing)).toEqual(['claude-sonnet-4-6', 'claude-haiku-4-5']);
  });

  it('renames by OAuth alias; only a fork keeps the original', () => {
    const tree = {
      'oauth-model-alias': {
        codex: [
          { name: 'one', alias: 'uno' },
          { name: 'two', alias: 'due', fork: true, 'force-mapping': true },
        ],
      },
      'oauth-excluded-models': { codex: ['three'] },
    };
    const routing = routingOf(tree, [auth({ models: ['one', 'two', 'three', 'four'], excluded_models: ['four'] })]);
    expect(ids(routing)).toEqual(['uno', 'two', 'due']);
    expect(ways(routing, 'due')).toEqual(['codex-auth[0] two renamed']);
  });

  it('keeps a prefixed credential apart, and lends it to the bare name only when nobody else serves that', () => {
    const files = [auth({ models: ['a'] }), auth({ prefix: 'pro', models: ['a', 'b'] })];
    const routing = routingOf({}, files);
    expect([...ids(routing)].sort()).toEqual(['a', 'b', 'pro/a', 'pro/b']);
    expect(ways(routing, 'a')).toEqual(['codex-auth[0] a']);
    expect(ways(routing, 'b')).toEqual(['codex-auth[1] b']);
    expect(ids(routingOf({ 'force-model-prefix': true }, files))).toEqual(['a', 'pro/a', 'pro/b']);
  });

  it('names the nearest ids for one that it does not know', () => {
    const routing = routingOf({
      'openai-compatibility': [compatible('a', [{ name: 'gpt-4.1-mini' }, { name: 'gpt-4.1' }, { name: 'zzz' }])],
    });
    expect(() => routing.candidates('gpt-4.1-mni')).toThrow('The model "gpt-4.1-mni" is not served here. Nearest: "gpt-4.1-mini"');
  });
});

describe('cooldowns', () => {
  const failure = (routing: ReturnType<typeof routingOf>): Failure => {
    const [candidate] = routing.candidates('m');
    if (candidate === undefined) throw new Error('no candidate');
    const { credential, upstreamModel: model, provider } = candidate;
    const call = { path: '/', headers: { authorization: 'secret' }, body: 'large', streams: false };
    const attempt = {
      provider: provider.id,
      model,
      requestedModel: 'm',
      operation: 'generate',
      credential,
      call,
      now: 0,
      attemptId: '1',
    } as const;
    return { ...attempt, status: 404, headers: {}, bodyText: '', repeated: 1, modelRefusals: 1 };
  };

  it('takes one credential out for one model until the time is over, and hides a model that nobody serves', () => {
    let now = 0;
    const routing = routingOf({ 'openai-compatibility': [compatible('a', [{ name: 'm' }, { name: 'n' }])] }, [], { now: () => now });
    routing.cooldowns.start(failure(routing), 1000);
    expect(ids(routing)).toEqual(['n']);
    expect(routing.candidates('m').map((candidate) => routing.cooldowns.of(candidate)?.until)).toEqual([1000]);
    now = 1000;
    expect(ids(routing)).toEqual(['m', 'n']);
    expect(routing.candidates('m').map((candidate) => routing.cooldowns.of(candidate))).toEqual([undefined]);
  });

  it('remembers why without the request', () => {
    const routing = routingOf({ 'openai-compatibility': [compatible('a', [{ name: 'm' }])] });
    routing.cooldowns.start(failure(routing), 1000);
    const [because] = routing.candidates('m').map((candidate) => routing.cooldowns.of(candidate)?.because.call);
    expect(because).toEqual({ path: '/', headers: {}, body: '', streams: false });
  });
});

describe('refusesModel', () => {
  const asked = (status: number, bodyText: string, operation: 'generate' | 'compact' = 'generate'): boolean =>
    refusesModel({ operation, status, bodyText });

  it.each([
    [400, `{"detail":"The 'gpt-5.3-codex-spark' model is not supported when using Codex with a ChatGPT account."}`],
    [400, `{"error":{"message":"The requested model 'gpt-5.3-codex' does not exist.","code":null}}`],
    [400, '{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it."}}'],
    [400, '{"error":{"message":"The model \\"gpt-9\\" is not available"}}'],
    [400, '{"error":{"message":"x","code": "model_not_found"}}'],
    [404, ''],
  ])('is true for %s %s', (status, text) => {
    expect(asked(status, text)).toBe(true);
  });

  it.each([
    [400, '{"error":{"message":"Invalid prompt: flagged","code":"invalid_prompt"}}'],
    [400, '{"error":{"message":"The parameter temperature is not supported with this model."}}'],
    [400, '{"error":{"message":"The model gpt-4 does not support images."}}'],
    [429, 'The model x is not available'],
    [400, ''],
  ])('is false for %s %s', (status, text) => {
    expect(asked(status, text)).toBe(false);
  });

  it('does not take a gateway without the compact route for one without the model', () => {
    expect(asked(404, '{"error":{"message":"Invalid URL (POST /v1/responses/compact)"}}', 'compact')).toBe(false);
    expect(asked(404, '{"error":{"message":"The model x does not exist"}}', 'compact')).toBe(true);
  });
});

describe('planOf', () => {
  const token = (claims: unknown): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

  it.each([
    [token({ chatgpt_plan_type: 'Plus' }), 'plus'],
    [token({ 'https://api.openai.com/auth': { chatgpt_plan_type: 'team' } }), 'team'],
    [token({}), undefined],
    [token(null), undefined],
    ['nonsense', undefined],
    [undefined, undefined],
  ])('%s', (idToken, plan) => {
    expect(planOf(idToken)).toBe(plan);
  });
});

describe('matcherOf', () => {
  it.each([
    ['gpt-*', 'GPT-5', true],
    ['*mini', 'gpt-4.1-mini', true],
    ['g*-4.?', 'gpt-4.1', false],
    ['gpt', 'gpt-4', false],
    ['team/*', 'team/a/b', true],
  ])('%s against %s', (pattern, id, expected) => {
    expect(matcherOf([pattern])(id)).toBe(expected);
  });
});
