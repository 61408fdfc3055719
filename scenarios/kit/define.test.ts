import { describe, expect, it } from 'vitest';

import { replay } from '#fixtures/upstreams/script';

import { converse, crossing, defineScenario, holds, must } from './index.ts';
import { ScenarioError } from './definition-problem.ts';
import { symptomConfig } from './scenario.ts';

const definition = {
  id: 'availability/sleepy-model',
  title: 'A model sleeps through the first request',
  matrixRow: 9,
  requires: ['tools'],
  diagnosis: {
    symptom: 'The first request of the day fails.',
    cause: 'Nobody woke the model up.',
    check: 'Ask twice and compare the two answers.',
    remediation: 'Ask twice, and use the second answer.',
  },
  cells: crossing({ clients: ['openai-chat'], upstreams: ['iflow'], streams: [false, true] }),
  upstream: () => replay('iflow/text'),
  steps: ({ cell, model }) => ({ ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }) }),
  expectations: [must('it-answers', ['ask'], () => holds())],
  remedy: { proxy: ['ask-twice'] },
  symptom: { violates: () => ['it-answers'] },
  live: { safe: true, idempotent: true, maxOutputTokens: 8, timeoutMs: 30_000 },
} satisfies Parameters<typeof defineScenario<'ask'>>[0];

const problemsOf = (define: () => unknown) => {
  try {
    define();
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
};

describe('defineScenario', () => {
  it('takes a definition without problems', () => {
    expect(defineScenario(definition).id).toBe('availability/sleepy-model');
  });

  it('refuses a misspelt step when it loads, and the compiler refuses it before', () => {
    // @ts-expect-error there is no step `aks`
    const define = () => defineScenario<'ask'>({ ...definition, expectations: [must('it-answers', ['aks'], () => holds())] });
    expect(problemsOf(define)).toEqual([
      { path: 'expectations.it-answers.steps', expected: 'one of the steps: ask', actual: '"aks"', hint: 'did you mean "ask"?' },
    ]);
  });

  it('tells all problems of a definition together, each once', () => {
    const define = () =>
      defineScenario({
        ...definition,
        steps: ({ cell, model }) => ({
          ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }),
          again: { ...converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }), after: ['first'] },
        }),
        expectations: [must('it-answers', ['ask'], () => holds()), must('it-answers', ['ask'], () => holds())],
        symptom: { violates: ({ stream }) => (stream ? ['it-anwsers'] : []) },
      });
    expect(problemsOf(define)).toEqual([
      { path: 'expectations.it-answers', expected: 'an id of its own', actual: 'defined twice' },
      { path: 'steps.again.after', expected: 'one of the steps: ask, again', actual: '"first"' },
      {
        path: 'symptom.violates',
        expected: 'an expectation of openai-chat > iflow (stream): it-answers, it-answers',
        actual: '"it-anwsers"',
        hint: 'did you mean "it-answers"?',
      },
    ]);
  });

  it('says path, expected and actual of what has the wrong form', () => {
    const define = () => defineScenario({ ...definition, id: 'sleepy', matrixRow: 21 });
    expect(problemsOf(define)).toEqual([
      { path: 'id', expected: '<area>/<name-of-the-failure>', actual: '"sleepy"' },
      {
        path: 'matrixRow',
        expected: 'a row of the page, 1 to 20, or a section: startup, management, rate-limits, streaming, timeouts, complaints',
        actual: '21',
      },
    ]);
  });

  it('lets time pass for no proxy that others use', () => {
    const steps = ({ cell, model }: Parameters<(typeof definition)['steps']>[0]) => ({
      ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }, { laterMs: 1_000 }),
    });
    expect(problemsOf(() => defineScenario({ ...definition, steps }))).toEqual([
      { path: 'steps.ask.laterMs', expected: 'a scenario that remembers', actual: 'a shared proxy' },
    ]);
    expect(problemsOf(() => defineScenario({ ...definition, steps, remembers: true }))).toEqual([]);
  });

  it('wants to know which answers a body is made from', () => {
    const steps = ({ cell, model }: Parameters<(typeof definition)['steps']>[0]) => ({
      ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }, { bodyFrom: () => ({ json: {} }) }),
    });
    expect(problemsOf(() => defineScenario({ ...definition, steps }))).toEqual([
      { path: 'steps.ask.after', expected: 'the steps that bodyFrom reads', actual: 'none' },
    ]);
  });

  it('wants a cell that shows the symptom, or the reason why none can', () => {
    expect(problemsOf(() => defineScenario({ ...definition, symptom: { violates: () => [] } }))).toEqual([
      { path: 'symptom.violates', expected: 'a cell that shows the symptom', actual: 'none' },
    ]);
    const none = 'the reference proxy has no switch for it';
    expect(problemsOf(() => defineScenario({ ...definition, symptom: { violates: () => [], none } }))).toEqual([]);
  });

  it('wants a cure: units of the proxy, or a configuration', () => {
    expect(problemsOf(() => defineScenario({ ...definition, remedy: {} }))).toEqual([
      { path: 'remedy', expected: 'units of the proxy, or a configuration', actual: '{"proxy":[]}' },
    ]);
    expect(defineScenario({ ...definition, remedy: { config: { persona: 'documented' } } }).remedy).toEqual({
      proxy: [],
      config: { persona: 'documented' },
    });
  });
});

describe('symptomConfig', () => {
  const violates = () => ['it-answers'];
  const config = { 'request-retry': 3 };

  it.each([
    ['is the remedy’s beside units, which need it to act', { proxy: ['ask-twice'], config }, {}, config],
    ['is nothing where the configuration itself is the cure', { proxy: [], config }, {}, {}],
    ['is what the symptom says, where it says something', { proxy: ['ask-twice'], config }, { config: { host: 'x' } }, { host: 'x' }],
  ])('%s', (_about, remedy, symptom, expected) => {
    expect(symptomConfig({ remedy, symptom: { violates, ...symptom } })).toEqual(expected);
  });
});
