import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { cellName } from '#scenarios/kit/cell';
import type { Arm, Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';
import { toolAbout } from '../package-root.ts';
import { CannotPrepare } from '../grounds/cannot-prepare.ts';
import type { Target } from '../targets/target.ts';
import { createHttpCaller, type HttpCaller } from '../transport/http-caller.ts';
import { tokenFor } from '../transport/token.ts';
import { runArm, unrunResult, type ArmResult } from './arm.ts';
import { openBail } from './bail.ts';
import { allSpent, canaryBudget, openLedger, type Budget, type Ledger } from './budget.ts';
import { checkRemedies } from './check-remedies.ts';
import { contradictions } from './claims.ts';
import { withKnownFailure, type KnownFailures } from './known-failures.ts';
import { isNotRun } from './not-run.ts';
import { defaultArms, planRun, type PlannedArm } from './plan.ts';
import type { Report, ResultRecord } from './records.ts';
import { identified } from './live-identity.ts';
import type { RequestGuard } from './request-guard.ts';
import type { RunStart } from './run-start.ts';
import { openServerPool, type Lease, type ServerPool } from './servers.ts';
import type { StepOutcome } from './steps.ts';
import { inShard, type Shard } from './shard.ts';
import { queuesOf } from './start-order.ts';
import { summarize } from './summary.ts';
import { queuesInParallel } from './worker-pool.ts';

export interface RunOptions {
  readonly scenarios: readonly Scenario[];
  readonly target: Target;
  /** Symptom and remedy for a target whose remedies can be switched, conformance for others. */
  readonly arms?: readonly Arm[];
  /** How many arms run at a time; 8 by default, one where all are canaries. */
  readonly concurrency?: number;
  /** Fixes the correlation tokens; random by default, and in the report. */
  readonly seed?: number;
  readonly budget?: Budget;
  /** Asks every canary; without, those that tell the usual case of each row. */
  readonly thorough?: boolean;
  /** Runs this part of the scenarios only. */
  readonly shard?: Shard;
  /** Runs those arms only, of what the other options leave. */
  readonly only?: (planned: Pick<PlannedArm, 'scenario' | 'cell' | 'arm'>) => boolean;
  /** What narrowed the run, in the words of whoever narrowed it; told in the report. */
  readonly selection?: readonly string[];
  /** Begins no further arm after so many unexpected failures; the report has the others as `inconclusive`, and is not complete. */
  readonly bailAfter?: number;
  readonly baseline?: KnownFailures;
  /** Ends the run cleanly; the report then says that it is not complete. */
  readonly signal?: AbortSignal;
  readonly onStart?: (start: RunStart) => void;
  /** Called once per result, as they come; the report has them in plan order. */
  readonly onResult?: (result: ResultRecord) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly runId?: string;
  /** Keeps the wire trace of every arm, not only of those that went wrong. */
  readonly keepTrace?: boolean;
  /** Bound of one arm, over all its steps; 120 s by default. */
  readonly armTimeoutMs?: number;
  /** Kept by whoever starts the run, in place of `budget`. */
  readonly ledger?: Ledger;
  /** Asked before each request, beside the budget. */
  readonly guard?: RequestGuard;
  /** With which a command line names the target and its profile, for the lines that repeat a request; none name the reference proxy. */
  readonly targetFlags?: readonly string[];
  /** Outlives the run; by default each run has one of its own. */
  readonly caller?: HttpCaller;
  /** Starts the mocked upstreams; the loopback server of fixtures by default. */
  readonly startUpstream?: (options: { readonly port?: number }) => Promise<MockUpstream>;
  /** Told in the report: where `startUpstream` plays recordings. */
  readonly upstreamAbout?: NonNullable<Report['upstream']>;
}

/** A live target has other callers, and its counters say nothing when several ask at once. One that can be started with any setting has many proxies to ask. */
const usualConcurrency = ({ configurable }: Target, plan: readonly PlannedArm[]): number => {
  if (plan.every(({ arm }) => arm === 'canary')) return 1;
  return configurable ? 24 : 8;
};
const defaultArmTimeoutMs = 120_000;
/** After so many arms in a row without a connection, the target counts as gone and is asked no more. */
const goneAfter = 8;

const startDefaultUpstream = async (options: { readonly port?: number }): Promise<MockUpstream> => {
  const { startMockUpstream } = await import('#fixtures/upstreams/serve');
  return startMockUpstream(options);
};

const startedUpstream = async ({ startUpstream = startDefaultUpstream, target }: RunOptions): Promise<MockUpstream> => {
  const options = target.upstreamPort === undefined ? {} : { port: target.upstreamPort };
  try {
    return await startUpstream(options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new ToolError('port-in-use', `port ${target.upstreamPort ?? 0} for the mocked upstreams is taken`, {
      hint: 'end the program that holds it, or change upstream-port in the target file and in the target',
      cause,
    });
  }
};

interface Run {
  readonly options: RunOptions;
  readonly id: string;
  readonly seed: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly upstream: MockUpstream | undefined;
  readonly servers: ServerPool;
  readonly caller: HttpCaller;
  readonly ledger: Ledger;
  readonly shared: Map<string, Promise<StepOutcome>>;
  /** Counts arms without a connection since the last one that had one. */
  readonly unreachable: { inARow: number };
}

const keepCount = (run: Run, result: ArmResult): ArmResult => {
  if (result.record.verdict === 'unreachable') run.unreachable.inARow += 1;
  else if (result.record.cost.requests > 0) run.unreachable.inARow = 0;
  return result;
};

const runOnLease = async (run: Run, planned: PlannedArm, lease: Lease): Promise<ArmResult> => {
  const bound = new AbortController();
  setMaxListeners(0, bound.signal); // one listener per step in flight
  const end = (): void => bound.abort();
  const timer = setTimeout(end, run.options.armTimeoutMs ?? defaultArmTimeoutMs);
  run.signal.addEventListener('abort', end, { once: true });
  const { scenario, cell, cellIndex, arm } = planned;
  const tokenOf = (step: string): string => tokenFor(run.seed, run.id, scenario.id, cellName(cell), cellIndex, arm, step);
  const mocked = arm === 'canary' ? undefined : run.upstream;
  try {
    const { direct } = run.options.target;
    const { caller, ledger, now } = run;
    const { guard, targetFlags } = run.options;
    const target = arm === 'canary' ? identified(lease.target) : lease.target;
    const addressStays = run.options.target.url !== undefined && planned.setting.ground?.between === undefined;
    const common = arm === 'canary' ? { shared: run.shared, asked: new Map<string, number>() } : {};
    const { ground } = planned.setting;
    const world = {
      ...lease,
      ...common,
      target,
      guard,
      addressStays,
      targetFlags,
      ground,
      upstream: mocked,
      direct,
      caller,
      ledger,
      tokenOf,
      signal: bound.signal,
      now,
    };
    return await runArm(planned, world, run.options.keepTrace === true);
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', end);
  }
};

/** A target that cannot be started is bad news about the run (thrown); a setting that it refuses is bad news about one scenario. */
const startRefused = (run: Run, planned: PlannedArm, error: unknown): ArmResult => {
  // Whoever ended the run ended the start, too, and wants to read what was judged before.
  if (run.signal.aborted) return unrunResult(planned, 'inconclusive', 'no-answer: the run was ended while the target started');
  if (error instanceof ToolError) throw error;
  if (error instanceof CannotPrepare) return unrunResult(planned, 'inconclusive', `missing-here: ${error.message}`);
  return unrunResult(
    planned,
    'error',
    `the target did not start with this scenario's setting: ${error instanceof Error ? error.message : String(error)}`,
  );
};

/** What needs no more requests needs no target either: starting one takes time, of which nothing is left. */
const outOfTime = ({ options, ledger }: Run): string | undefined => {
  const most = options.ledger === undefined ? options.budget?.seconds : undefined;
  return most === undefined || ledger.spent().seconds < most ? undefined : allSpent(most, 'second');
};

const perform = async (run: Run, planned: PlannedArm): Promise<ArmResult> => {
  if (planned.broken !== undefined) return unrunResult(planned, 'error', planned.broken);
  if (planned.unsupported !== undefined) return unrunResult(planned, 'unsupported', planned.unsupported);
  if (run.unreachable.inARow >= goneAfter) {
    return unrunResult(planned, 'unreachable', `not tried: the target gave no connection ${goneAfter} times in a row`);
  }
  const late = outOfTime(run);
  if (late !== undefined) return unrunResult(planned, 'inconclusive', `budget-spent: ${late}`);
  let lease: Lease;
  try {
    lease = await run.servers.lease(planned);
  } catch (error) {
    return startRefused(run, planned, error);
  }
  try {
    return keepCount(run, await runOnLease(run, planned, lease));
  } finally {
    await lease.release();
  }
};

/** Results of the planned arms in plan order; an arm that the run's end interrupted has none. */
const performAll = async (run: Run, plan: readonly PlannedArm[]): Promise<readonly ArmResult[]> => {
  const results = new Map<PlannedArm, ArmResult>();
  const keep = (planned: PlannedArm, result: ArmResult): void => {
    results.set(planned, result);
    run.options.onResult?.(result.record);
  };
  const bail = openBail(run.options.bailAfter, run.signal);
  const width = run.options.concurrency ?? usualConcurrency(run.options.target, plan);
  await queuesInParallel(queuesOf(plan), width, bail.signal, async (planned) => {
    const result = withKnownFailure(await perform(run, planned), run.options.baseline);
    if (run.signal.aborted) return;
    keep(planned, result);
    bail.count(result);
  });
  const left = plan.filter((planned) => !results.has(planned));
  for (const [index, result] of bail.rest(left).entries()) keep(left[index] as PlannedArm, result);
  return plan.flatMap((planned) => results.get(planned) ?? []);
};

const targetAbout = (target: Target): Report['target'] => ({
  name: target.name,
  ...(target.url !== undefined && { url: target.url }),
  profile: target.profile.name,
  ...(target.version !== undefined && { version: target.version }),
});

const narrowed = (plan: readonly PlannedArm[], only: RunOptions['only']): readonly PlannedArm[] => {
  const part = only === undefined ? plan : plan.filter(only);
  if (part.length > 0 || plan.length === 0) return part;
  throw new ToolError('usage', 'nothing is left to run: the filters, the shard and the former report have no arm in common');
};

const planFor = async (options: RunOptions): Promise<{ readonly plan: readonly PlannedArm[]; readonly arms: readonly Arm[] }> => {
  const { target, shard, only } = options;
  const scenarios = shard === undefined ? options.scenarios : inShard(options.scenarios, shard);
  if (target.remedies !== undefined) checkRemedies(scenarios, await target.remedies());
  const arms = options.arms ?? defaultArms(target);
  return { plan: narrowed(planRun(scenarios, target, arms, { thorough: options.thorough === true }), only), arms };
};

const budgetFor = (options: RunOptions, arms: readonly Arm[]): Budget => ({
  ...(arms.includes('canary') && canaryBudget),
  ...options.budget,
});

const upstreamOf = ({ upstreamAbout }: RunOptions): Pick<Report, 'upstream'> =>
  upstreamAbout === undefined ? {} : { upstream: upstreamAbout };

const selectionOf = ({ selection = [] }: RunOptions): Pick<Report['run'], 'selection'> =>
  selection.length === 0 ? {} : { selection: [...selection] };

const reportOf = (run: Run, startedAt: number, planned: number, results: readonly ArmResult[]): Report => {
  const complete = results.length === planned && !results.some(({ record }) => isNotRun(record));
  const records = results.map((result) => result.record);
  const today = new Date(run.now()).toISOString().slice(0, 10);
  const baseline = run.options.baseline?.problems(results, { today, complete: complete && run.options.only === undefined }) ?? [];
  const contradicted = contradictions(run.options.target.profile.claims, results);
  return {
    schema: 'wireproof.report/v1',
    tool: toolAbout(),
    run: {
      id: run.id,
      startedAt: new Date(startedAt).toISOString(),
      durationMs: Math.max(0, run.now() - startedAt),
      seed: run.seed,
      complete,
      ...selectionOf(run.options),
    },
    target: targetAbout(run.options.target),
    ...upstreamOf(run.options),
    summary: summarize({ results: records, baseline, complete, contradicted: contradicted.unexpected }),
    ...(contradicted.claims.length > 0 && { contradictedClaims: [...contradicted.claims] }),
    ...(baseline.length > 0 && { baseline: [...baseline] }),
    results: records,
  };
};

/** Of a target that nobody knows; no answer to a canary comes near. */
const maxLiveAnswerBytes = 1024 * 1024;

const runPlan = async (options: RunOptions, plan: readonly PlannedArm[], arms: readonly Arm[]): Promise<Report> => {
  const now = options.now ?? Date.now;
  const startedAt = now();
  const seed = options.seed ?? randomInt(2 ** 31);
  const id = options.runId ?? `run-${tokenFor('run', seed).slice(4, 12)}`;
  const { target } = options;
  options.onStart?.({ tool: toolAbout(), target: targetAbout(target), seed, planned: plan.length, arms });
  const mocked = plan.some((planned) => planned.arm !== 'canary' && planned.unsupported === undefined && planned.broken === undefined);
  const upstream = mocked ? await startedUpstream(options) : undefined;
  const servers = openServerPool(target, upstream);
  const caller = options.caller ?? createHttpCaller(mocked ? {} : { maxAnswerBytes: maxLiveAnswerBytes });
  const signal = options.signal ?? new AbortController().signal;
  setMaxListeners(0, signal); // one listener per arm in flight
  const ledger = options.ledger ?? openLedger(budgetFor(options, arms), now);
  const run: Run = { options, id, seed, now, signal, upstream, servers, caller, ledger, shared: new Map(), unreachable: { inARow: 0 } };
  try {
    return reportOf(run, startedAt, plan.length, await performAll(run, plan));
  } finally {
    if (options.caller === undefined) await caller.close();
    await servers.close();
    await upstream?.close();
  }
};

/**
 * Runs the scenarios' arms against the target, at most `concurrency` at a time, and returns the report. Everything that was started is
 * stopped before it returns or throws.
 * @throws ToolError for what is wrong with the input (arms that the target cannot have, unknown remedies, a target that does not start).
 */
export const runSuite = async (options: RunOptions): Promise<Report> => {
  const endShared = options.target.prepare?.();
  try {
    const { plan, arms } = await planFor(options);
    return await runPlan(options, plan, arms);
  } finally {
    await endShared?.();
  }
};
