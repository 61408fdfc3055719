import type { Scenario } from '#scenarios/kit/scenario';
import { answer, converse, crossing, defineScenario, holds, must } from '#scenarios/kit/index';

import type { Target } from '../../targets/target.ts';
import type { CliParts } from '../parts.ts';

/** A target that no test starts. */
export const sleeper: Target = {
  name: 'sleeper',
  profile: { name: 'sleeper', claims: new Set(), models: {} },
  configurable: true,
  start: () => Promise.reject(new Error('not started in these tests')),
};

/** A scenario with nothing to say but its one check, in a cell for each of `streams`. */
export const sleepyScenario = (streams: readonly boolean[]): Scenario =>
  defineScenario({
    id: 'availability/sleepy-model',
    title: 'A model sleeps through the first request',
    matrixRow: 9,
    requires: [],
    diagnosis: { symptom: 'The first fails.', cause: 'It sleeps.', check: 'Ask it twice.', remediation: 'Ask it twice.' },
    cells: crossing({ clients: ['openai-chat'], upstreams: ['iflow'], streams }),
    upstream: () => answer('text'),
    steps: ({ cell, model }) => ({ ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }) }),
    expectations: [must('it-answers', ['ask'], () => holds())],
    remedy: { proxy: ['ask-twice'] },
    symptom: { violates: () => ['it-answers'] },
    live: { safe: true, idempotent: true, maxOutputTokens: 8, timeoutMs: 30_000 },
  });

/** One scenario, the sleeper and an engine that a test made up; fixtures are sound, and a baseline covers nothing. */
export const smallParts = (scenario: Scenario, runSuite: CliParts['runSuite']): CliParts => ({
  checkFixtures: () => Promise.resolve(),
  loadScenarios: () => Promise.resolve([scenario]),
  target: () => Promise.resolve(sleeper),
  baseline: () => Promise.resolve({ cover: () => undefined, problems: () => [] }),
  runSuite,
});
