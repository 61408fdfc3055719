import { describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import type { Report } from '../engine/records.ts';
import type { Target } from '../targets/target.ts';
import { saidBy } from './testing/said-by.ts';

const report: Report = {
  schema: 'wireproof.report/v1',
  tool: { name: 'wireproof', version: '0.1.0' },
  run: { id: 'run-1', startedAt: '2026-11-22T13:00:00.000Z', durationMs: 10, seed: 7, complete: true },
  target: { name: 'slow', profile: 'slow' },
  summary: { pass: 0, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 0, exitCode: 0 },
  results: [],
};

/** What happened, in order, to a target that begins something before its first start. */
const eventsOf = async (checkFixtures: () => Promise<void>): Promise<readonly string[]> => {
  const events: string[] = [];
  const slow: Target = {
    name: 'slow',
    profile: { name: 'slow', claims: new Set(), models: {} },
    configurable: true,
    prepare: () => {
      events.push('begun');
      return () => Promise.resolve(void events.push('ended'));
    },
    start: () => Promise.reject(new Error('not started in these tests')),
  };
  const parts = {
    checkFixtures,
    loadScenarios: () => loadScenarios(undefined, (id) => id === 'availability/iflow-406'),
    target: () => Promise.resolve(slow),
    baseline: () => Promise.reject(new Error('there is none')),
    runSuite: () => {
      events.push('run');
      return Promise.resolve(report);
    },
  };
  const { code } = await saidBy(['run'], { cwd: '.', parts });
  return [...events, `exit ${code}`];
};

describe('what a target prepares', () => {
  it('is begun before the run, and ended after it', async () => {
    expect(await eventsOf(() => Promise.resolve())).toEqual(['begun', 'run', 'ended', 'exit 0']);
  });

  it('is ended when another input cannot be used', async () => {
    expect(await eventsOf(() => Promise.reject(new Error('damaged')))).toEqual(['begun', 'ended', 'exit 2']);
  });
});
