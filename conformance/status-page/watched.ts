/** What the pages say beside the history: which targets there are, and what their scenarios are about. */
import { existsSync } from 'node:fs';

import type { PageRow } from '#scenarios/kit/page-row';
import type { Diagnosis, Scenario } from '#scenarios/kit/scenario';

import type { CanaryPlan } from '../canary/config/canary-plan.ts';
import type { ScenarioState } from '../history/records.ts';
import type { Ceilings } from '../history/store.ts';

export interface WatchedScenario {
  readonly id: string;
  readonly title: string;
  readonly row: PageRow;
  readonly diagnosis: Diagnosis;
}

export interface WatchedTarget {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly region?: string;
  /** Ids of the scenarios it is asked. */
  readonly scenarios: readonly string[];
  readonly budget: { readonly hour: Ceilings; readonly day: Ceilings };
}

export interface Watched {
  /** What the whole page is called. */
  readonly title: string;
  readonly targets: readonly WatchedTarget[];
  /** Over all targets; absent where only the history is known. */
  readonly budget?: { readonly hour: Ceilings; readonly day: Ceilings };
  /** By id. */
  readonly scenarios: ReadonlyMap<string, WatchedScenario>;
  /** Whether the file that pauses the canary is there now; absent where none is named. */
  readonly pausedByFile?: () => boolean;
}

const watchedScenario = ({ id, title, matrixRow, diagnosis }: Scenario): WatchedScenario => ({ id, title, row: matrixRow, diagnosis });

const byId = (scenarios: readonly Scenario[]): ReadonlyMap<string, WatchedScenario> =>
  new Map(scenarios.map((scenario) => [scenario.id, watchedScenario(scenario)]));

/** Of a running canary. Call it again after a reload. */
export const watchedOfPlan = ({
  targets,
  serve,
  budget,
  pauseFile,
}: Pick<CanaryPlan, 'targets' | 'serve' | 'budget' | 'pauseFile'>): Watched => ({
  title: serve?.title ?? 'wireproof',
  budget,
  targets: targets.map(({ name, labels, region, scenarios, budget: own }) => ({
    name,
    labels,
    ...(region === undefined ? {} : { region }),
    scenarios: scenarios.map(({ id }) => id),
    budget: own,
  })),
  scenarios: byId(targets.flatMap((target) => target.scenarios)),
  ...(pauseFile !== undefined && { pausedByFile: () => existsSync(pauseFile) }),
});

const noCeilings = { hour: {}, day: {} };

/** Of a history alone: its targets are those that have a state in it. */
export const watchedOfHistory = (title: string, states: readonly ScenarioState[], catalogue: readonly Scenario[]): Watched => {
  const asked = new Map<string, Set<string>>();
  for (const { target, scenario } of states) asked.set(target, (asked.get(target) ?? new Set()).add(scenario));
  const targets = [...asked].map(([name, scenarios]) => ({ name, labels: {}, scenarios: [...scenarios], budget: noCeilings }));
  return { title, targets, scenarios: byId(catalogue) };
};
