import { describe, expect, it } from 'vitest';

import { answer, crossing, defineScenario, holds, must, TOKEN, type Probe } from '#scenarios/kit/index';
import type { Scenario } from '#scenarios/kit/scenario';

import { estimateInputTokens } from '../../engine/budget.ts';
import type { CanaryTarget } from './canary-plan.ts';
import { defaultHarm, defaultThresholds } from './defaults.ts';
import { addedUp, worstCaseOf, worstCasesOf } from './worst-case.ts';

const body = (words: string) => ({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: `${TOKEN} ${words}` }] });
const tokensOf = (words: string): number => estimateInputTokens(Buffer.byteLength(JSON.stringify(body(words))));

const listing: Probe = {
  dialect: 'openai-chat',
  method: 'GET',
  path: '/v1/models',
  headers: {},
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 10_000,
  after: [],
  maxOutputTokens: 0,
};

const ask = (words: string, more: Partial<Probe> = {}): Probe => ({
  ...listing,
  method: 'POST',
  path: '/v1/chat/completions',
  body: { json: body(words) },
  maxOutputTokens: 100,
  ...more,
});

const scenario = (id: string, steps: Readonly<Record<string, Probe>>): Scenario =>
  defineScenario<string>({
    id: `plain/${id}`,
    title: 'The target answers',
    matrixRow: 3,
    requires: [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells: crossing({ clients: ['openai-chat'], upstreams: ['openai-chat'], streams: [false] }),
    upstream: () => answer('text'),
    steps: () => steps,
    expectations: Object.keys(steps).map((step) => must(`${step}-is-answered`, [step], () => holds())),
    remedy: { proxy: ['answers'] },
    symptom: { violates: () => Object.keys(steps).map((step) => `${step}-is-answered`) },
    live: { safe: true, idempotent: true, maxOutputTokens: 1_000, timeoutMs: 10_000 },
  });

const target = (scenarios: readonly Scenario[], more: Partial<CanaryTarget> = {}): CanaryTarget => ({
  name: 'a',
  url: 'https://a.example',
  profile: { name: 'p', claims: new Set(['client:openai-chat', 'upstream:openai-chat']), models: { 'openai-chat': 'm' } },
  labels: {},
  scenarios,
  thorough: true,
  schedule: { when: { everyMs: 60_000 }, jitterMs: 0, timeZone: 'UTC', blackouts: [] },
  budget: { round: {}, hour: {}, day: {} },
  inFlight: 1,
  prices: { input: 2, output: 10 },
  harm: defaultHarm,
  thresholds: defaultThresholds,
  allowed: [],
  alerts: [],
  ...more,
});

describe('the worst case of a round', () => {
  const one = scenario('one', { first: ask('one'), second: ask('two, longer'), models: { ...listing, timeoutMs: 5_000 } });

  it('is every request with the longest answer and the whole time-out', () => {
    const input = tokensOf('one') + tokensOf('two, longer');
    expect(worstCasesOf(target([one]))).toEqual([
      {
        scenario: 'plain/one',
        row: 3,
        worst: { requests: 3, inputTokens: input, outputTokens: 200, seconds: 25, usd: (input * 2 + 200 * 10) / 1_000_000 },
      },
    ]);
  });

  it('is the sum of its scenarios, and its seconds end with their own ceiling', () => {
    const two = scenario('two', { first: ask('one') });
    const costs = worstCasesOf(target([one, two])).map(({ worst }) => worst);
    expect(worstCaseOf(target([one, two]))).toEqual(addedUp(costs));
    expect(costs.map(({ seconds }) => seconds)).toEqual([25, 10]);
    expect(worstCaseOf(target([one, two], { budget: { round: { seconds: 20 }, hour: {}, day: {} } })).seconds).toBe(20);
  });

  it('takes less time with more requests in flight, and never less than its longest chain', () => {
    const chain = scenario('chain', { a: ask('a'), b: ask('b', { after: ['a'] }), c: ask('c') });
    const seconds = [1, 2, 64].map((inFlight) => worstCaseOf(target([chain], { inFlight })).seconds);
    expect(seconds).toEqual([30, 25, 30 / 64 + (63 / 64) * 20]);
  });

  it('of a question that hands back an answer holds all that was asked and said before', () => {
    const back = scenario('back', { a: ask('a'), b: ask('b', { after: ['a'], bodyFrom: () => ({ text: '{}' }) }) });
    const { inputTokens } = worstCaseOf(target([back]));
    expect(inputTokens).toBe(tokensOf('a') + tokensOf('b') + estimateInputTokens(1_024) + tokensOf('a') + 100);
  });

  it('with the upstream behind the target has the questions that a failure puts to it, three at most, the dearest', () => {
    const direct = { url: 'https://up.example', dialect: 'openai-chat', models: { 'openai-chat': 'm' } } as const;
    const many = scenario('many', {
      a: ask('a'),
      b: ask('bb'),
      c: ask('ccc'),
      d: ask('dddddddddd'),
      models: listing,
      later: ask('e', { after: ['a'] }),
    });
    const [plain, compared] = [worstCaseOf(target([many])), worstCaseOf(target([many], { direct }))];
    const dearest = tokensOf('dddddddddd') + tokensOf('ccc') + tokensOf('bb');
    expect([
      compared.requests - plain.requests,
      compared.inputTokens - plain.inputTokens,
      compared.outputTokens - plain.outputTokens,
    ]).toEqual([3, dearest, 300]);
    const other = worstCaseOf(target([many], { direct: { ...direct, dialect: 'anthropic-messages' } }));
    expect(other).toEqual(plain);
  });
});
