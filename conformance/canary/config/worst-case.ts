/** What a round can cost at most, computed from the requests themselves before any is sent (issue 8). */
import type { Probe } from '#scenarios/kit/probe';

import { estimateInputTokens } from '../../engine/budget.ts';
import { directQuestions } from '../../engine/differential.ts';
import { planRun, type PlannedArm } from '../../engine/plan.ts';
import type { Amounts, ProbeResult } from '../../history/records.ts';
import type { CanaryTarget } from './canary-plan.ts';
import { liveTargetOf } from './live-target.ts';

export type WorstCase = Amounts & { readonly seconds: number };

/** One scenario's share. */
export interface ScenarioCost {
  readonly scenario: string;
  readonly row: ProbeResult['row'];
  readonly worst: WorstCase;
}

type Steps = Readonly<Record<string, Probe>>;
type Cost = Omit<WorstCase, 'usd'>;

const nothing: WorstCase = { requests: 0, inputTokens: 0, outputTokens: 0, usd: 0, seconds: 0 };

/** An arm is given up after so long, whatever its steps wait for. */
const longestScenarioSeconds = 120;

/** What a request hands back of earlier answers stands in JSON; its frame is no longer than this. */
const frameBytes = 1_024;

const ownBytes = ({ body, path }: Probe): number => {
  if (body === undefined) return path.length;
  return Buffer.byteLength('text' in body ? body.text : JSON.stringify(body.json));
};

/** A body that is made from earlier answers holds at most what was asked and said before. */
const inputTokensOf = (probe: Probe, steps: Steps): number => {
  const own = estimateInputTokens(ownBytes(probe));
  if (probe.bodyFrom === undefined) return probe.body === undefined ? 0 : own;
  const earlier = probe.after.flatMap((name) => steps[name] ?? []);
  return earlier.reduce((total, step) => total + inputTokensOf(step, steps) + step.maxOutputTokens, own + estimateInputTokens(frameBytes));
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The longest chain of steps that wait for each other. */
const longestChainMs = (steps: Steps): number => {
  const chain = (probe: Probe): number =>
    probe.timeoutMs + Math.max(0, ...probe.after.flatMap((name) => steps[name] ?? []).map((earlier) => chain(earlier)));
  return Math.max(0, ...Object.values(steps).map(chain));
};

/** However k requests at a time are ordered, they take no longer than this. */
const secondsOf = (steps: Steps, inFlight: number): number => {
  const all = sum(Object.values(steps).map(({ timeoutMs }) => timeoutMs));
  return (all / inFlight + (1 - 1 / inFlight) * longestChainMs(steps)) / 1_000;
};

const stepsCost = (steps: Steps, inFlight: number): Cost => {
  const probes = Object.values(steps);
  return {
    requests: probes.length,
    inputTokens: sum(probes.map((probe) => inputTokensOf(probe, steps))),
    outputTokens: sum(probes.map(({ maxOutputTokens }) => maxOutputTokens)),
    seconds: secondsOf(steps, inFlight),
  };
};

/** The dearest questions that a failed scenario can put to the upstream behind the target. */
const directCost = (planned: PlannedArm, { direct }: CanaryTarget): Cost => {
  if (direct === undefined) return nothing;
  const { most, probes } = directQuestions(planned, direct);
  const largest = (values: readonly number[]): number => sum([...values].sort((a, b) => b - a).slice(0, most));
  return {
    requests: Math.min(most, probes.length),
    inputTokens: largest(probes.map((probe) => inputTokensOf(probe, {}))),
    outputTokens: largest(probes.map(({ maxOutputTokens }) => maxOutputTokens)),
    seconds: largest(probes.map(({ timeoutMs }) => timeoutMs)) / 1_000,
  };
};

const priced = ({ requests, inputTokens, outputTokens, seconds }: Cost, { prices }: Pick<CanaryTarget, 'prices'>): WorstCase => ({
  requests,
  inputTokens,
  outputTokens,
  usd: (inputTokens * prices.input + outputTokens * prices.output) / 1_000_000,
  seconds,
});

/** Amounts side by side. */
export const addedUp = (costs: readonly WorstCase[]): WorstCase =>
  costs.reduce(
    (total, cost) => ({
      requests: total.requests + cost.requests,
      inputTokens: total.inputTokens + cost.inputTokens,
      outputTokens: total.outputTokens + cost.outputTokens,
      usd: total.usd + cost.usd,
      seconds: total.seconds + cost.seconds,
    }),
    nothing,
  );

const added = (a: Cost, b: Cost): Cost => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  seconds: Math.min(longestScenarioSeconds, a.seconds + b.seconds),
});

const scenarioCost = (planned: PlannedArm, target: CanaryTarget): ScenarioCost => ({
  scenario: planned.scenario.id,
  row: planned.scenario.matrixRow,
  worst: priced(added(stepsCost(planned.steps, target.inFlight), directCost(planned, target)), target),
});

/** Targets often share a selection, which then has the same costs: by the list of scenarios, and what else the costs follow from. */
const known = new WeakMap<CanaryTarget['scenarios'], Map<string, readonly ScenarioCost[]>>();

const whatItFollowsFrom = ({ profile, direct, inFlight, prices, thorough, ownUrl }: CanaryTarget): string =>
  JSON.stringify([profile.name, profile.models, direct?.dialect, direct?.models, inFlight, prices, thorough, ownUrl !== undefined]);

const computed = (target: CanaryTarget): readonly ScenarioCost[] =>
  planRun(target.scenarios, liveTargetOf(target), ['canary'], { thorough: target.thorough })
    .filter(({ unsupported, broken }) => unsupported === undefined && broken === undefined)
    .map((planned) => scenarioCost(planned, target));

/**
 * What each scenario of a target costs at most in one round: every step sent, every answer as long as it may be, every time-out waited for,
 * and, where the upstream behind the target is known, a failure that asks it too.
 */
export const worstCasesOf = (target: CanaryTarget): readonly ScenarioCost[] => {
  const bySelection = known.get(target.scenarios) ?? new Map<string, readonly ScenarioCost[]>();
  known.set(target.scenarios, bySelection);
  const key = whatItFollowsFrom(target);
  const costs = bySelection.get(key) ?? computed(target);
  bySelection.set(key, costs);
  return costs;
};

/** What a round costs at most. Its seconds are no more than its ceiling of seconds, which ends it. */
export const worstCaseOf = (target: CanaryTarget): WorstCase => {
  const worst = addedUp(worstCasesOf(target).map((each) => each.worst));
  return { ...worst, seconds: Math.min(worst.seconds, target.budget.round.seconds ?? worst.seconds) };
};
