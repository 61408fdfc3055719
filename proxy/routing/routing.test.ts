import { describe, expect, it } from 'vitest';

import { parseConfig } from '../config/parse.ts';
import { loadFolders } from '../discovery.ts';
import type { Provider } from '../providers/provider.ts';
import documented from '../personas/documented.ts';
import { refusesModel } from './model-support.ts';
import { planOf } from './plan.ts';
import { createRouting, newRoutingMemory } from './routing.ts';
import { matcherOf } from './wildcard.ts';

const providers = await loadFolders<Provider>(new URL('../providers/', import.meta.url));

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
  createRouting(
    parseConfig(tree, { authFiles: authFiles.map((file) => ({ where: 'a', tree: file })) }),
    providers,
    newRoutingMemory(clock),
    documented.routing,
  );

const ids = (routing: ReturnType<typeof routingOf>): readonly string[] => routing.listed().map(({ id }) => id);
const ways = (routing: ReturnType<typeof routingOf>, model: string): readonly string[] =>
  routing
    .candidates(model)
    .map(({ credential, upstreamModel, forceName }) => `${channelOf(credential.id)} ${upstreamModel}${forceName ? ' renamed' : ''}`);

/** An id without its fingerprint. */
const channelOf = (id: string): string => id.replace(/:[0-9a-f]{8}$/, '');

describe('model table', () => {
  it('lists aliases, pools equal aliases, and keeps the order', () => {
    const routing = routingOf({
      'openai-compatibility': [
        compatible('a', [{ name: 'up-1', alias: 'm' }, { name: 'plain' }]),
        compatible('b', [{ name: 'up-2', alias: 'm' }]),
      ],
    });
    expect(ids(routing)).toEqual(['m', 'plain']);
    expect(ways(routing, 'm')).toEqual(['a up-1', 'b up-2']);
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
    expect(ways(routing, 'due')).toEqual(['codex two renamed']);
  });

  it('keeps a prefixed credential apart, and lends it to the bare name only when nobody else serves that', () => {
    const files = [auth({ models: ['a'], access_token: 't1' }), auth({ prefix: 'pro', models: ['a', 'b'] })];
    const routing = routingOf({}, files);
    expect([...ids(routing)].sort()).toEqual(['a', 'b', 'pro/a', 'pro/b']);
    const [own, apart] = routing.channels.map(({ credential }) => credential.id);
    expect([routing.candidates('a'), routing.candidates('b')].map((all) => all.map(({ credential }) => credential.id))).toEqual([
      [own],
      [apart],
    ]);
    expect(ids(routingOf({ 'force-model-prefix': true }, files))).toEqual(['a', 'pro/a', 'pro/b']);
  });

  it('shows the alias where an API key forces it, and one that equals the name forces nothing', () => {
    const models = [
      { name: 'up', alias: 'm', 'force-mapping': true },
      { name: 'plain', 'force-mapping': true },
    ];
    const routing = routingOf({ 'claude-api-key': [{ 'api-key': 's', models }] });
    expect([...ways(routing, 'm'), ...ways(routing, 'plain')]).toEqual(['claude-api-key up renamed', 'claude-api-key plain']);
  });

  it('leaves out what is disabled, and names credentials alike wherever they stand', () => {
    const entry = { 'api-key': 'one', models: [{ name: 'm' }] };
    const other = { ...entry, 'api-key': 'two' };
    const idsOf = (keys: readonly object[]): readonly string[] =>
      routingOf({ 'claude-api-key': keys })
        .candidates('m')
        .map(({ credential }) => credential.id);
    const [one, two] = idsOf([entry, other]);
    expect([idsOf([other, entry]), idsOf([{ ...entry, disabled: true }, other])]).toEqual([[two, one], [two]]);
    expect(routingOf({ 'claude-api-key': [{ ...entry, disabled: true }] }).knows('m')).toBe(false);
  });

  it('takes two entries with the same key for one candidate, and keeps aliases of an auth file', () => {
    const entry = { 'api-key': 'one', models: [{ name: 'm' }] };
    expect(routingOf({ 'claude-api-key': [entry, entry] }).candidates('m')).toHaveLength(1);
    const routing = routingOf({}, [auth({ models: ['up'], model_aliases: [{ name: 'up', alias: 'mine', fork: true }] })]);
    expect(ids(routing)).toEqual(['up', 'mine']);
  });

  it('looks names up in the case in which they are written', () => {
    const routing = routingOf({ 'openai-compatibility': [compatible('a', [{ name: 'Model' }])] });
    expect([routing.knows('Model'), routing.knows('model')]).toEqual([true, false]);
  });

  it('names the nearest ids for one that it does not know', () => {
    const routing = routingOf({
      'openai-compatibility': [compatible('a', [{ name: 'gpt-4.1-mini' }, { name: 'gpt-4.1' }, { name: 'zzz' }])],
    });
    expect(() => routing.candidates('gpt-4.1-mni')).toThrow('The model "gpt-4.1-mni" is not served here. Nearest: "gpt-4.1-mini"');
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
    [422, '{"error":{"message":"Unsupported model: x"}}'],
    [403, '{"error":{"message":"no access","code":"model_not_found"}}'],
  ])('is true for %s %s', (status, text) => {
    expect(asked(status, text)).toBe(true);
  });

  it.each([
    [400, '{"error":{"message":"Invalid prompt: flagged","code":"invalid_prompt"}}'],
    [400, '{"error":{"message":"The parameter temperature is not supported with this model."}}'],
    [400, '{"error":{"message":"The model gpt-4 does not support images."}}'],
    [429, 'The model x is not available'],
    [403, 'The model x is not available'],
    [400, ''],
  ])('is false for %s %s', (status, text) => {
    expect(asked(status, text)).toBe(false);
  });

  it('does not take a gateway without the compact route for one without the model', () => {
    expect(asked(404, '{"error":{"message":"Invalid URL (POST /v1/responses/compact)"}}', 'compact')).toBe(false);
    expect(asked(404, '{"error":{"message":"The model x does not exist"}}', 'compact')).toBe(true);
  });
});

const token = (claims: unknown): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

describe('plans', () => {
  const free = ['gpt-5.4-mini', 'gpt-5.5', 'gpt-5.6-terra', 'gpt-5.6-luna', 'codex-auto-review'];
  const team = [...free, 'gpt-5.3-codex', 'gpt-5.4', 'gpt-5.6-sol'];

  it.each([
    ['free', free],
    ['team', team],
    ['business', team],
    ['go', team],
    ['Plus', team],
    ['pro', [...team, 'gpt-5.3-codex-spark']],
    ['enterprise', free],
    [undefined, free],
  ])('%s', (plan, models) => {
    expect(ids(routingOf({}, [auth({ id_token: token({ chatgpt_plan_type: plan }) })]))).toEqual(models);
  });

  it("are read from the access token too, and an auth file's own list goes before them", () => {
    expect(ids(routingOf({}, [auth({ access_token: token({ chatgpt_plan_type: 'pro' }) })]))).toContain('gpt-5.3-codex-spark');
    expect(ids(routingOf({}, [auth({ models: ['gpt-5.3-codex-spark'] })]))).toEqual(['gpt-5.3-codex-spark']);
  });
});

describe('planOf', () => {
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
