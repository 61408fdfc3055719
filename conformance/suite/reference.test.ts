import { beforeAll, describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';
import type { Scenario } from '#scenarios/kit/scenario';

import { reportSchema, type Report } from '../engine/records.ts';
import { runSuite } from '../engine/run.ts';
import { deviatingChecks } from '../miniatures/kill-matrix.ts';
import { faultyTarget } from '../miniatures/faulty-target.ts';
import { referenceRemedyIds, referenceTarget } from '../targets/reference-proxy.ts';
import type { Target } from '../targets/target.ts';

let scenarios: readonly Scenario[];
let reference: Target;

beforeAll(async () => {
  [scenarios, reference] = await Promise.all([loadScenarios(), referenceTarget()]);
});

const notPassed = (report: Report): readonly string[] =>
  report.results
    .filter(({ verdict }) => verdict !== 'pass')
    .map(
      ({ scenario, arm, dialect, upstream, verdict, reason }) => `${scenario} ${arm} ${dialect} > ${upstream}: ${verdict} ${reason ?? ''}`,
    );

describe('the reference proxy', () => {
  it('shows every foretold symptom and, with the remedies, none', async () => {
    const report = await runSuite({ scenarios, target: reference, arms: ['symptom', 'remedy'], seed: 7 });
    expect(notPassed(report)).toEqual([]);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report))).summary.exitCode).toBe(0);
    const remedied = { ...report, results: report.results.filter(({ arm }) => arm === 'remedy') };
    expect([...deviatingChecks(remedied)], 'checks of level should count here too').toEqual([]);
    const arms = new Set(report.results.map(({ scenario, arm }) => `${scenario} ${arm}`));
    const every = scenarios.flatMap(({ id, symptom }) => [...(symptom.none === undefined ? [`${id} symptom`] : []), `${id} remedy`]);
    expect([...arms].sort()).toEqual(every.sort());
  });

  it('is judged the same when its messages pass through relays that change nothing', async () => {
    const relayed = faultyTarget(reference, { id: 'nothing wrong' });
    expect(notPassed(await runSuite({ scenarios, target: relayed, arms: ['conformance'], seed: 7 }))).toEqual([]);
  });

  it('has no remedy that no row cites', () => {
    const cited = new Set(scenarios.flatMap(({ remedy }) => remedy.proxy));
    expect([...cited].sort()).toEqual([...referenceRemedyIds()].sort());
  });
});
