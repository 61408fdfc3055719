import type { ScenarioState } from '../../history/records.ts';
import type { HistoryStore } from '../../history/store.ts';
import type { Alarm, FollowingClock } from '../clock.ts';
import type { CanaryPlan, CanaryTarget } from '../config/canary-plan.ts';
import type { OpenCanary } from '../daemon/open-canary.ts';
import type { Worker } from '../daemon/start-canary.ts';
import { roundId } from '../round/round-id.ts';
import { askRound, type RoundTask } from '../round/run-round.ts';
import type { Stopped } from '../safety/round-guard.ts';
import { nextDue } from '../schedule/next-due.ts';
import { dueRounds, expiresAfterSeconds, type RoundJob } from './round-job.ts';
import { openRoundQueue, type RoundQueue, type TakenJob } from './round-queue.ts';

export interface WorkerOptions {
  /** The clock of the canary: it is set by the database's. */
  readonly clock: FollowingClock;
  /** Rounds that this worker has under way at the same time, at most. */
  readonly mostRounds?: number;
  /** How often rounds of dead workers are looked for. */
  readonly maintenanceSeconds?: number;
  /** A worker that has not written its round so long after the round's own end is dead. */
  readonly writesWithinSeconds?: number;
}

const usualMostRounds = 64;
const plansEveryMs = 1_000;
/** So far ahead rounds are put into the queue: enough for a database that is slow for a moment. */
const plansAheadMs = 5_000;
/** Rounds that were due with no worker there are made up for no longer than this. */
const looksBackMs = 3_600_000;
const looksEveryMs = 200;
const usualWritesWithinSeconds = 15;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Up to which due time the rounds of a location are in the queue; workers share it, so that a new one knows what was missed. */
const plannedFact = (location: string): string => `planned:${location}`;

const plannedUpTo = async (store: HistoryStore, location: string, now: number): Promise<number> => {
  const known = Number((await store.fact(plannedFact(location))) ?? now);
  return Number.isFinite(known) ? Math.min(now, Math.max(known, now - looksBackMs)) : now;
};

interface Working extends WorkerOptions {
  readonly canary: OpenCanary;
  readonly queue: RoundQueue;
}

/** The jobs as they go into the queue. */
const queued = (target: CanaryTarget, jobs: readonly RoundJob[], { writesWithinSeconds = usualWritesWithinSeconds }: WorkerOptions) => {
  if (jobs.length === 0) return [];
  const expires = expiresAfterSeconds(target, writesWithinSeconds);
  return jobs.map((job) => ({ ...job, expiresAfterSeconds: expires }));
};

/** Puts due rounds into the queue. Every worker does: a round has one place there, whoever planned it. */
const startPlanning = (working: Working, from: number) => {
  const { canary, queue, clock } = working;
  const { location, store } = canary.rounds;
  let planned = from;
  let overdue = 0;
  let alarm: Alarm | undefined;
  let stopped = false;
  const plan = async (): Promise<void> => {
    clock.follow(await queue.now());
    const now = clock.now();
    const to = now + plansAheadMs;
    const due = canary.plan().targets.map((target) => ({ target, ...dueRounds(target, Math.min(planned, to), now, to) }));
    await queue.add(due.flatMap(({ target, jobs }) => queued(target, jobs, working)));
    overdue += due.reduce((total, each) => total + each.overdue, 0);
    planned = Math.max(planned, to);
    await store.setFact(plannedFact(location), String(now));
  };
  let running: Promise<void> = Promise.resolve();
  const planAndWait = async (): Promise<void> => {
    await plan().catch((error: unknown) => canary.tell(`queue: rounds could not be planned: ${messageOf(error)}`));
    if (!stopped) alarm = clock.after(plansEveryMs, again);
  };
  const again = (): void => {
    running = planAndWait();
  };
  again();
  return {
    overdue: () => overdue,
    stop: async () => {
      stopped = true;
      alarm?.cancel();
      await running;
    },
  };
};

const taskOf = ({ due, reason, scenarios }: RoundJob, target: CanaryTarget): RoundTask => ({
  due,
  reason,
  ...(scenarios !== undefined && { scenarios: target.scenarios.filter(({ id }) => scenarios.includes(id)) }),
});

const confirmations = (target: CanaryTarget, states: readonly Pick<ScenarioState, 'scenario' | 'confirmAt'>[]): readonly RoundJob[] => {
  const asked = states.flatMap(({ scenario, confirmAt }) => (confirmAt === undefined ? [] : [{ scenario, confirmAt }]));
  if (asked.length === 0) return [];
  const due = Math.max(...asked.map(({ confirmAt }) => confirmAt));
  return [{ target: target.name, due, reason: 'confirmation', scenarios: asked.map(({ scenario }) => scenario) }];
};

const overdue: Stopped = { cause: 'overdue', note: 'an earlier round of this target was still under way when the next one was due' };

/** The next round of the target is due, too: one that still waits for an earlier one is left out. */
const isSuperseded = (target: CanaryTarget, { due }: RoundJob, now: number): boolean => (nextDue(target, due) ?? Infinity) <= now;

/** Runs one round that was taken from the queue, unless it was written before its worker died. */
const runJob = async (working: Working, job: TakenJob): Promise<void> => {
  const { canary, queue } = working;
  const { rounds, store } = canary;
  const { round } = job;
  const target = canary.plan().targets.find(({ name }) => name === round.target);
  const id = roundId({ target: round.target, location: rounds.location, dueAt: round.due, reason: round.reason });
  if (target === undefined || (await store.rounds({ round: id, limit: 1 })).length > 0) return queue.done(job);
  const isUnderWay = await queue.isUnderWay(job);
  if (isUnderWay && !isSuperseded(target, round, rounds.clock.now())) return queue.giveBack(job);
  const task: RoundTask = isUnderWay ? { ...taskOf(round, target), instead: overdue } : taskOf(round, target);
  // Nothing may come between this look and the round's own: a round that is not begun here shall be begun elsewhere.
  if (rounds.ending.aborted) return queue.giveBack(job);
  const { decision } = await (await askRound(target, task, rounds)).written;
  await queue.add(queued(target, confirmations(target, decision.states), working));
  await queue.done(job);
};

/** Takes due rounds for as long as there is room for them. */
const startTaking = (working: Working) => {
  const { canary, queue, clock, mostRounds = usualMostRounds } = working;
  const running = new Set<Promise<void>>();
  let alarm: Alarm | undefined;
  let stopped = false;
  const begin = (job: TakenJob): void => {
    const round = runJob(working, job)
      .catch((error: unknown) => canary.tell(`${job.round.target}: ${messageOf(error)}`))
      .finally(() => running.delete(round));
    running.add(round);
  };
  const takeOnce = async (): Promise<number> => {
    const room = mostRounds - running.size;
    if (room <= 0) return 0;
    const jobs = await queue.take(room);
    jobs.forEach(begin);
    return jobs.length;
  };
  let taking: Promise<void> = Promise.resolve();
  const takeAndWait = async (): Promise<void> => {
    const taken = await takeOnce().catch((error: unknown) => {
      canary.tell(`queue: ${messageOf(error)}`);
      return 0;
    });
    if (!stopped) alarm = clock.after(taken > 0 ? 0 : looksEveryMs, again);
  };
  const again = (): void => {
    taking = takeAndWait();
  };
  again();
  return async (): Promise<void> => {
    stopped = true;
    alarm?.cancel();
    await taking;
    await Promise.all(running);
  };
};

/** One of any number of workers of a location on one PostgreSQL history. The plan's history must be a postgres:// URL. */
export const openWorker = async (canary: OpenCanary, options: WorkerOptions): Promise<Worker> => {
  const { maintenanceSeconds } = options;
  const { history } = canary.plan();
  const { location, store } = canary.rounds;
  const queue = await openRoundQueue({
    history,
    location,
    tell: canary.tell,
    ...(maintenanceSeconds !== undefined && { maintenanceSeconds }),
  });
  const working: Working = { ...options, canary, queue };
  options.clock.follow(await queue.now());
  const planning = startPlanning(working, await plannedUpTo(store, location, options.clock.now()));
  const stopTaking = startTaking(working);
  return {
    // The plan is asked for each time.
    replace: (_plan: CanaryPlan) => undefined,
    overdue: planning.overdue,
    stop: async () => {
      await planning.stop();
      await stopTaking();
      await queue.close();
    },
  };
};
