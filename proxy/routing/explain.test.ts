import { describe, expect, it } from 'vitest';

import { parseConfig } from '../config/parse.ts';
import { loadFolders } from '../discovery.ts';
import documented from '../personas/documented.ts';
import type { Provider } from '../providers/provider.ts';
import { explainRoute } from './explain.ts';
import type { ExplainContext } from './explain.ts';
import { createRouting, newRoutingMemory, resetCooldowns, routingState } from './routing.ts';

const providers = await loadFolders<Provider>(new URL('../providers/', import.meta.url));

const contextOf = (tree: object, authFiles: readonly object[] = []): ExplainContext => {
  const parsed = parseConfig(tree, { authFiles: authFiles.map((file, index) => ({ where: `f${index}`, tree: file })) });
  const clock = { now: () => 1_000_000 };
  const routing = createRouting(parsed, providers, newRoutingMemory(clock), documented.routing);
  return { config: parsed.config, routing, clock, persona: documented };
};

const key = (secret: string, more: object = {}): object => ({ 'api-key': secret, models: [{ name: 'up', alias: 'm' }], ...more });
const auth = (more: object): object => ({ type: 'codex', base_url: 'http://x', access_token: 'secret-token', ...more });
const reasons = (context: ExplainContext, name: string): readonly string[] =>
  explainRoute(context, name).credentials.map(({ chosen, because }) => `${chosen ? '+' : '-'} ${because}`);

describe('explainRoute', () => {
  it('tells the whole way of a name', () => {
    const context = contextOf({
      'claude-api-key': [key('secret-a', { priority: 1 }), key('secret-b', { weight: 2 }), key('secret-c', { disabled: true })],
      fallback: { m: { to: ['other'], on: ['quota'] } },
    });
    const [a, b, c] = context.routing.channels.map(({ credential }) => credential.id);
    const common = { provider: 'claude', upstreamModel: 'up' };
    const explanation = explainRoute(context, 'm(high)');
    expect(explanation).toEqual({
      name: 'm(high)',
      model: 'm',
      suffix: 'high',
      known: true,
      listed: true,
      steps: [
        { step: 'suffix', says: '"m(high)" is the model "m" with the reasoning suffix "high"' },
        { step: 'lookup', says: '"m" is served' },
        { step: 'alias', says: '"m" is sent upstream as "up"' },
        { step: 'fallback', says: 'may continue with "other" on quota' },
      ],
      credentials: [
        { ...common, credential: a, priority: 1, weight: 1, chosen: true, because: 'asked first; priority 1, weight 1' },
        { ...common, credential: b, priority: 0, weight: 2, chosen: true, because: 'asked after 1 other; priority 0, weight 2' },
        { ...common, credential: c, priority: 0, weight: 1, chosen: false, because: 'disabled' },
      ],
      order: [a, b],
      fallback: { to: ['other'], on: ['quota'] },
    });
    expect(JSON.stringify(explanation)).not.toContain('secret-');
  });

  it('says why credentials are skipped', () => {
    const context = contextOf({ 'claude-api-key': ['a', 'b', 'c', 'd'].map((secret) => key(secret)), 'max-retry-credentials': 1 });
    const [a, b, c] = context.routing.candidates('m');
    if (a === undefined || b === undefined || c === undefined) throw new Error('three candidates');
    const about = { hinted: false, failureClass: 'quota', error: { status: 401, code: 'invalid_api_key' } } as const;
    context.routing.cooldowns.start(a, { ...about, kind: 'credential', forMs: 180_000 });
    context.routing.cooldowns.start(b, { ...about, kind: 'transient', forMs: 60_000 });
    for (let count = 0; count < 5; count += 1) context.routing.breakers.failed(c.credential.id, { failures: 5, 'open-seconds': 30 });
    expect(reasons(context, 'm')).toEqual([
      '- not asked; cooling (credential) for another 3 min after status 401 (invalid_api_key)',
      '- not asked: max-retry-credentials is 1; cooling (transient) for another 60 s after status 401 (invalid_api_key)',
      '- not asked; circuit open for another 30 s',
      '+ asked first; priority 0, weight 1',
    ]);
    expect(explainRoute(context, 'm').credentials.map(({ until }) => until)).toEqual([1_180_000, 1_060_000, 1_030_000, undefined]);
  });

  it('says what hides a model, and management can end it', () => {
    const context = contextOf({ 'claude-api-key': [key('a')] });
    const [a] = context.routing.candidates('m');
    if (a === undefined) throw new Error('a candidate');
    const start = { kind: 'model', forMs: 1_000, hinted: false, failureClass: 'model-refused', error: { status: 404 } } as const;
    context.routing.cooldowns.start(a, start);
    const { listed, steps, order } = explainRoute(context, 'm');
    expect([listed, steps.at(-1)?.step, order]).toEqual([false, 'listing', []]);
    expect(routingState(context.routing).cooldowns.map(({ credential, kind }) => [credential, kind])).toEqual([[a.credential.id, 'model']]);
    expect([resetCooldowns(context.routing, 'other'), resetCooldowns(context.routing), explainRoute(context, 'm').listed]).toEqual([
      0,
      1,
      true,
    ]);
  });

  it('knows exclusions, aliases, plans and prefixes', () => {
    const tree = {
      'oauth-model-alias': { codex: [{ name: 'gpt-5.4', alias: 'mine' }] },
      'oauth-excluded-models': { codex: ['gpt-5.5'] },
      'openai-compatibility': [
        { name: 'x', 'base-url': 'http://x', 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'gpt-5.4-mini' }] },
      ],
    };
    const pro = { id_token: `e30.${Buffer.from('{"chatgpt_plan_type":"team"}').toString('base64url')}.` };
    const context = contextOf(tree, [auth({ ...pro, prefix: 'team' })]);
    expect(reasons(context, 'gpt-5.5')).toEqual(['- excluded by "gpt-5.5"']);
    expect(reasons(context, 'team/gpt-5.4')).toEqual(['- renamed to "mine" by an alias without fork']);
    expect(reasons(context, 'gpt-5.3-codex-spark')).toEqual(['- not in the list of the plan "team"']);
    expect(reasons(context, 'gpt-5.4-mini')).toEqual([
      '+ asked first; priority 0, weight 1',
      '- set apart by its prefix: ask for "team/gpt-5.4-mini"',
    ]);
    expect(explainRoute(context, 'team/mine').steps).toEqual([
      { step: 'lookup', says: '"team/mine" is served' },
      { step: 'prefix', says: '"team/" names the credentials with the prefix "team"' },
      { step: 'alias', says: '"team/mine" is sent upstream as "gpt-5.4"' },
    ]);
    const forced = contextOf({ ...tree, 'force-model-prefix': true }, [auth({ ...pro, prefix: 'team' })]);
    expect(reasons(forced, 'mine')).toEqual(['- only asked as "team/mine" (force-model-prefix)']);
  });

  it('helps with names that are not served', () => {
    const context = contextOf({ 'claude-api-key': [key('a', { models: [{ name: 'Model-One' }] })] });
    const says = (name: string) => explainRoute(context, name).steps.map((step) => step.says);
    expect([says('model-one'), says('Model-Two'), says('zzz')]).toEqual([
      ['"model-one" is not served; names are case-sensitive, "Model-One" is'],
      ['"Model-Two" is not served; nearest: "Model-One"'],
      ['"zzz" is not served'],
    ]);
  });
});
