/** What outputs listen to, for tests: a plan of two targets, a history in a folder of its own, and rounds that are written to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CanaryPlan, CanaryTarget } from '../../canary/config/canary-plan.ts';
import { virtualClock, type VirtualClock } from '../../canary/clock.ts';
import { plainScenario } from '../../canary/testing/plain-scenario.ts';
import { plainTarget } from '../../canary/testing/round-setting.ts';
import { openHistory } from '../../history/open-history.ts';
import { keepTrying, type PatientStore } from '../../history/patient/keep-trying.ts';
import type { ProbeResult, Round } from '../../history/records.ts';
import type { Decision } from '../../history/store.ts';
import { nothingDecided, resultOfRound, roundAt } from '../../history/testing/records.ts';
import type { RoundWritten } from '../output.ts';

/** 2026-11-23T10:00:00Z */
export const morning = Date.UTC(2026, 10, 23, 10);

/** What its targets are asked. */
export const watchedScenario = 'plain/cut';

export const watchedTarget = (name: string, changes: Partial<CanaryTarget> = {}): CanaryTarget =>
  plainTarget('https://gateway.example:8443/base', { name, scenarios: [plainScenario({ id: 'cut' })], ...changes });

export const watchedPlan = (changes: Partial<CanaryPlan> = {}): CanaryPlan => ({
  targets: [watchedTarget('team')],
  budget: { hour: {}, day: {} },
  location: 'here',
  history: 'unused',
  retention: { resultsMs: 1e12, evidenceMs: 1e12, hoursMs: 1e12, daysMs: 1e12, incidentsMs: 1e12 },
  destinations: [],
  connectivity: [],
  files: [],
  secrets: [],
  ...changes,
});

export interface WrittenParts {
  readonly target?: CanaryTarget;
  readonly round?: Partial<Round>;
  readonly results?: readonly Partial<ProbeResult>[];
  readonly decision?: Partial<Decision>;
  readonly lagMs?: number;
}

/** A round as outputs get it; one passing result by default. */
export const writtenRound = (at: number, parts: WrittenParts = {}): RoundWritten => {
  const target = parts.target ?? watchedTarget('team');
  const round = roundAt(at, { target: target.name, ...parts.round });
  const results = (parts.results ?? [{}]).map((more) => resultOfRound(round, { scenario: watchedScenario, ...more }));
  return { target, round, results, decision: { ...nothingDecided, ...parts.decision }, lagMs: parts.lagMs ?? 0 };
};

export interface WatchedCanary {
  readonly clock: VirtualClock;
  readonly store: PatientStore;
  readonly plan: () => CanaryPlan;
  readonly replacePlan: (plan: CanaryPlan) => void;
  /** Writes it to the history. */
  readonly record: (written: RoundWritten) => Promise<RoundWritten>;
  readonly close: () => Promise<void>;
}

export const watchedCanary = async (first: CanaryPlan = watchedPlan()): Promise<WatchedCanary> => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-outputs-'));
  const clock = virtualClock(morning);
  const store = keepTrying(await openHistory(join(folder, 'history.db')), { clock });
  let plan = first;
  return {
    clock,
    store,
    plan: () => plan,
    replacePlan: (changed) => {
      plan = changed;
    },
    record: async (written) => {
      await store.recordRound(written.round, written.results, () => written.decision, []);
      return written;
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
