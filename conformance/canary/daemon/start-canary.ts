import { isDeepStrictEqual } from 'node:util';

import { serveCanary, type Routes, type Served } from '../../status-page/serve.ts';
import type { Alarm, CanaryClock } from '../clock.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';
import { controlRoutes } from '../control/control-routes.ts';
import { askRound } from '../round/run-round.ts';
import type { OpenCanary } from './open-canary.ts';
import { pruneHistory } from './prune-history.ts';
import { scheduleRounds } from './schedule-rounds.ts';

export interface StartOptions {
  /** Where status page, metrics and control are served; absent: nowhere. */
  readonly serve?: CanaryPlan['serve'] | undefined;
  /** Beside the control routes. */
  readonly routes: readonly Routes[];
  /** Reads the configuration again and puts it in force by `take`, or tells why not. @returns what is wrong with it */
  readonly reload: () => Promise<readonly string[]>;
  /** Rounds of this process are taken from a queue instead of a schedule of its own. */
  readonly work?: (canary: OpenCanary) => Promise<Worker>;
}

/** Something that runs rounds. */
export interface Worker {
  readonly replace: (plan: CanaryPlan) => void;
  readonly stop: () => Promise<void>;
  readonly overdue: () => number;
}

export interface RunningCanary {
  /** Of the HTTP server, where there is one. */
  readonly url?: string;
  /** A new configuration is in force from the next rounds on. */
  readonly take: (plan: CanaryPlan) => void;
  readonly overdue: () => number;
  /** No new round; those that are under way have a while to end, and are then given up and recorded as such. */
  readonly stop: () => Promise<void>;
}

/** How long rounds that are under way may go on when the canary is told to end. */
export const graceMs = 10_000;
const pruneEveryMs = 3_600_000;

/** Down-samples and deletes once an hour, never twice at the same time. */
const startPruning = (canary: OpenCanary, clock: CanaryClock): (() => Promise<void>) => {
  let alarm: Alarm | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let ended = false;
  const prune = (): void => {
    running = pruneHistory(canary).finally(wait);
  };
  const wait = (): void => {
    if (!ended) alarm = clock.after(pruneEveryMs, prune);
  };
  wait();
  return async () => {
    ended = true;
    alarm?.cancel();
    await running;
  };
};

/** Rounds on a schedule of this process's own. */
const ownSchedule = async (canary: OpenCanary): Promise<Worker> => {
  const { rounds, store, plan, tell } = canary;
  const states = await store.states({ location: rounds.location });
  const schedule = scheduleRounds({
    targets: plan().targets,
    clock: rounds.clock,
    ask: (target, task) => askRound(target, task, rounds),
    states,
    tell,
  });
  return { replace: ({ targets }) => schedule.replace(targets), stop: schedule.stop, overdue: schedule.overdue };
};

const stopWithin = async ({ end, abort, rounds }: OpenCanary, worker: Worker): Promise<void> => {
  end();
  const alarm = rounds.clock.after(graceMs, abort);
  try {
    await worker.stop();
  } finally {
    alarm.cancel();
  }
};

const unreadyBecause = async ({ store }: OpenCanary): Promise<string | undefined> => {
  const { reachable, lastError } = store.condition();
  return reachable ? undefined : `the history cannot be reached${lastError === undefined ? '' : `: ${lastError}`}`;
};

/** The title follows a reload: pages ask for it each time. */
const servedAs = ({ serve }: CanaryPlan) => [serve?.host, serve?.port, serve?.controlToken];

/** What a running canary keeps as it was, whatever a new configuration says; undefined where nothing of it changed. */
const notTaken = (before: CanaryPlan, after: CanaryPlan): string | undefined => {
  const parts = [
    ...(after.history === before.history ? [] : ['history']),
    ...(after.location === before.location ? [] : ['location']),
    ...(isDeepStrictEqual(servedAs(after), servedAs(before)) ? [] : ['serve (address, control token)']),
  ];
  return parts.length === 0 ? undefined : `configuration: what is new of ${parts.join(' and ')} counts from the next start on`;
};

/**
 * Runs rounds until `stop`, serves what it is told to, and prunes the history.
 * @throws ToolError or the system's error when the port cannot be had
 */
export const startCanary = async (canary: OpenCanary, options: StartOptions): Promise<RunningCanary> => {
  const { killSwitch, rounds, tell } = canary;
  const worker = await (options.work ?? ownSchedule)(canary);
  const take = (plan: CanaryPlan): void => {
    const waits = notTaken(canary.plan(), plan);
    if (waits !== undefined) tell(waits);
    canary.replacePlan(plan);
    worker.replace(plan);
    tell(`configuration: reloaded, ${plan.targets.length} ${plan.targets.length === 1 ? 'target' : 'targets'}`);
  };
  const actions = {
    pause: killSwitch.pause,
    resume: killSwitch.resume,
    reload: options.reload,
    paused: killSwitch.paused,
    unready: () => unreadyBecause(canary),
  };
  let served: Served | undefined;
  const stopPruning = startPruning(canary, rounds.clock);
  const stop = async (): Promise<void> => {
    await stopWithin(canary, worker);
    await stopPruning();
    await served?.close();
  };
  try {
    served = await serveFrom(options, actions, rounds.abort);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...(served !== undefined && { url: served.url }), take, overdue: worker.overdue, stop };
};

const serveFrom = async (
  { serve, routes }: StartOptions,
  actions: Parameters<typeof controlRoutes>[0]['actions'],
  signal: AbortSignal,
): Promise<Served | undefined> => {
  if (serve === undefined) return undefined;
  const { host, port, title, controlToken } = serve;
  const control = controlRoutes({ host, ...(controlToken !== undefined && { token: controlToken }), actions });
  return serveCanary({ host, port, title, routes: [control, ...routes], signal });
};
