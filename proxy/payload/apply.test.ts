import { describe, expect, it } from 'vitest';

import { parseConfig } from '../config/parse.ts';
import { ConfigError } from '../config/problem.ts';
import { textOf } from '../json/json-body.ts';
import { applyPayloadRules } from './apply.ts';
import type { PayloadSubject } from './apply.ts';

const gemini: PayloadSubject = {
  models: ['gemini-2.5-pro', 'deep', 'deep(high)'],
  provider: 'gemini',
  dialect: 'gemini-generate',
  clientDialect: 'openai-chat',
  headers: { 'x-tier': 'gold-1' },
};

const apply = (payload: object, body: string, subject: PayloadSubject = gemini): string => {
  const { config, warnings } = parseConfig({ payload });
  expect(warnings).toEqual([]);
  return textOf(applyPayloadRules(config.payload, body, subject));
};

const models = [{ name: 'gemini-2.5-*', protocol: 'gemini', 'from-protocol': 'openai' }];
const budget = 'generationConfig.thinkingConfig.thinkingBudget';

describe('payload rules', () => {
  it('set what is not there, set what is there, and take out, in this order', () => {
    const rules = {
      filter: [{ models, params: ['gone', 'generationConfig.topK'] }],
      default: [
        { models, params: { [budget]: 32_768, kept: 'rule' } },
        { models, params: { [budget]: 1 } },
      ],
      'default-raw': [{ models, params: { schema: '{"a":[1,{"b":null}]}' } }],
      override: [
        { models, params: { twice: 1 } },
        { models, params: { twice: 2 } },
      ],
      'override-raw': [{ models, params: { 'generationConfig.raw': '[]' } }],
    };
    const body = { kept: 'client', gone: 1, twice: 0, generationConfig: { topK: 4, temperature: 1 } };
    expect(JSON.parse(apply(rules, JSON.stringify(body)))).toEqual({
      kept: 'client',
      twice: 2,
      schema: { a: [1, { b: null }] },
      generationConfig: { temperature: 1, thinkingConfig: { thinkingBudget: 32_768 }, raw: [] },
    });
  });

  it('leave the text of every other member as it is', () => {
    const body = '{ "n": 12345678901234567890, "f" : 1.0, "a": 1}';
    expect(apply({ override: [{ models, params: { a: 2 } }] }, body)).toBe('{"n": 12345678901234567890,"f" : 1.0,"a":2}');
  });

  it.each([
    ['another model', { name: 'gpt-*' }],
    ['another protocol', { name: '*', protocol: 'claude' }],
    ['another client', { name: '*', 'from-protocol': 'claude' }],
    ['a header that is not there', { name: '*', headers: { 'X-Other': '*' } }],
    ['a header with another value', { name: '*', headers: { 'X-Tier': 'silver-*' } }],
    ['a value that is not there', { name: '*', match: [{ 'a.b': 2 }] }],
    ['a value that is there', { name: '*', 'not-match': [{ 'a.b': 1 }] }],
    ['a member that is missing', { name: '*', exist: ['a.c'] }],
    ['a member that is null', { name: '*', exist: ['nothing'] }],
    ['a member that is there', { name: '*', 'not-exist': ['a'] }],
  ])('do nothing for %s', (_why, model) => {
    const body = '{ "a": {"b":1}, "nothing": null }';
    expect(apply({ override: [{ models: [model], params: { a: 9 } }] }, body)).toBe(body);
  });

  it.each([
    [{ name: 'deep' }],
    [{ name: 'DEEP(high)' }],
    [{ name: 'x' }, { name: '*' }],
    [{ name: '*', protocol: 'GEMINI', headers: { 'X-Tier': 'gold-*' }, match: [{ 'a.b': 1 }], 'not-exist': ['nothing'] }],
  ])('are for any of their models: %j', (...some) => {
    expect(apply({ override: [{ models: some, params: { a: 9 } }] }, '{"a":{"b":1},"nothing":null}')).toBe('{"nothing":null,"a":9}');
  });

  it.each([
    ['codex', 'openai-responses', 'codex', true],
    ['codex', 'openai-responses', 'openai-response', false],
    ['openai-responses', 'openai-responses', 'responses', true],
    ['openai-responses', 'openai-responses', 'codex', false],
    ['antigravity', 'gemini-generate', 'gemini', false],
    ['antigravity', 'gemini-generate', 'antigravity', true],
    ['iflow', 'openai-chat', 'openai', true],
  ] as const)('%s is %s and known as %s: %s', (provider, dialect, protocol, applies) => {
    const rules = { override: [{ models: [{ name: '*', protocol }], params: { a: 1 } }] };
    expect(apply(rules, '{}', { ...gemini, provider, dialect })).toBe(applies ? '{"a":1}' : '{}');
  });

  it('leave alone what is no JSON, which is the upstream’s to refuse', () => {
    expect(apply({ override: [{ models, params: { a: 1 } }] }, '{"result":}')).toBe('{"result":}');
  });

  it('keep the configuration as it is, whatever later rules do to a body', () => {
    const { config } = parseConfig({
      payload: { default: [{ models, params: { a: { b: 1 } } }], override: [{ models, params: { 'a.c': 2 } }] },
    });
    const both = [applyPayloadRules(config.payload, '{}', gemini), applyPayloadRules(config.payload, '{}', gemini)];
    expect([both, config.payload.default[0]?.params]).toEqual([
      ['{"a":{"b":1,"c":2}}', '{"a":{"b":1,"c":2}}'],
      [{ path: ['a'], value: { b: 1 } }],
    ]);
  });
});

describe('a rule that cannot be', () => {
  const problemsOf = (payload: object): unknown => {
    try {
      return parseConfig({ payload });
    } catch (error) {
      return error instanceof ConfigError ? error.problems.map(({ where }) => where) : error;
    }
  };

  it.each([
    [{ override: [{ models, params: { '__proto__.x': 1 } }] }, ['config: payload.override[0].params.__proto__.x']],
    [{ filter: [{ models, params: ['a', 'b..c'] }] }, ['config: payload.filter[0].params[1]']],
    [{ 'override-raw': [{ models, params: { a: '{' } }] }, ['config: payload.override-raw[0].params.a']],
    [{ default: [{ models: [], params: {} }] }, ['config: payload.default[0].models']],
    [{ default: [{ models: [{ protocol: 'gemini' }], params: {} }] }, ['config: payload.default[0].models[0].name']],
  ])('%j is told with its place', (payload, places) => {
    expect(problemsOf(payload)).toEqual(places);
  });
});
