import type { Scenario } from '#scenarios/kit/scenario';

import type { Amounts, ProbeResult, Round, RoundReason } from '../../history/records.ts';
import type { Decision } from '../../history/store.ts';
import type { Output, RoundWritten } from '../../outputs/output.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { addedUp, worstCasesOf } from '../config/worst-case.ts';
import { isResting, restAfter } from '../safety/harm.ts';
import { mayRunLive } from '../safety/live-scenarios.ts';
import type { Stopped } from '../safety/round-guard.ts';
import { askTarget, type AskedTarget } from './ask-target.ts';
import { blamesNetwork, probeResults, type Asked } from './probe-results.ts';
import { roundId } from './round-id.ts';
import type { RoundWorld } from './round-world.ts';
import { mostOf, spendRequest, type Worst } from './spending.ts';

/** What is to be done. */
export interface RoundTask {
  readonly due: number;
  readonly reason: RoundReason;
  /** Of the target's; all by default. What may not run live is left out. */
  readonly scenarios?: readonly Scenario[];
  /** Nothing is asked, for this reason; that is written. */
  readonly instead?: Stopped;
}

const nothingSpent: Amounts = { requests: 0, inputTokens: 0, outputTokens: 0, usd: 0 };

interface Began {
  readonly target: CanaryTarget;
  readonly task: RoundTask;
  readonly startedAt: number;
  readonly world: RoundWorld;
}

interface Ended {
  readonly outcome: Round['outcome'];
  readonly stopped?: Stopped | undefined;
  readonly spent?: Amounts;
  readonly asked?: readonly Asked[];
}

const amountsOf = ({ requests, inputTokens, outputTokens, usd }: Amounts): Amounts => ({ requests, inputTokens, outputTokens, usd });

const longestNote = 500;

const roundOf = ({ target, task, startedAt, world }: Began, { outcome, stopped, spent = nothingSpent }: Ended): Round => ({
  id: roundId(
    { target: target.name, location: world.location, dueAt: task.due, reason: task.reason },
    task.reason === 'once' ? world.salt() : '',
  ),
  target: target.name,
  location: world.location,
  reason: task.reason,
  dueAt: task.due,
  startedAt,
  endedAt: world.clock.now(),
  outcome,
  ...(stopped !== undefined && { cause: stopped.cause, note: world.redact(stopped.note).slice(0, longestNote) }),
  spent,
});

const noChange: Decision = { states: [], incidents: [], events: [] };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Nothing waits for an output, and nothing suffers from one. */
const tellOutput = (output: Output, written: RoundWritten, { tell, redact }: RoundWorld): void => {
  const report = (error: unknown): void => tell(`output ${output.name}: ${redact(messageOf(error))}`);
  try {
    void Promise.resolve(output.onRound(written)).catch(report);
  } catch (error) {
    report(error);
  }
};

const write = async (began: Began, ended: Ended): Promise<RoundWritten> => {
  const { target, world, task, startedAt } = began;
  const round = roundOf(began, ended);
  const results: readonly ProbeResult[] = probeResults(ended.asked ?? [], { round, target, redact: world.redact });
  const decide = await world.judge.prepare(target, round, results);
  const decision = (await world.store.recordRound(round, results, decide, target.alerts)) ?? noChange;
  world.judge.learn(target, round, results);
  for (const note of decision.notes ?? []) world.tell(note);
  const written: RoundWritten = { target, round, results, decision, lagMs: Math.max(0, startedAt - task.due) };
  for (const output of world.outputs) tellOutput(output, written, world);
  return written;
};

/** Why nothing may be sent to this target at all now. */
const obstacle = async ({ target, world }: Began): Promise<Stopped | undefined> => {
  if (world.ending.aborted) return { cause: 'shutdown', note: 'the canary was told to end' };
  const because = await world.killSwitch.paused();
  if (because !== undefined) return { cause: 'paused', note: because };
  const rest = await world.rests.of(target.name);
  if (rest === undefined || !isResting(rest, target.harm, world.clock.now())) return undefined;
  return { cause: 'harm', note: `left alone until ${new Date(rest.until).toISOString()}: ${rest.because}` };
};

/** After harm the target rests, each time longer; a round without a sign of it ends that. */
const keepRest = async ({ target, world }: Began, { harm, asked, stopped }: AskedTarget): Promise<void> => {
  const earlier = await world.rests.of(target.name);
  if (harm !== undefined) {
    const rest = restAfter(harm, earlier, target.harm, world.clock.now());
    await world.rests.set(target.name, rest);
    world.tell(`${target.name}: ${world.redact(rest.because)}; it is left alone until ${new Date(rest.until).toISOString()}`);
  } else if (earlier !== undefined && stopped === undefined && asked.some(({ record }) => record.verdict === 'pass')) {
    await world.rests.set(target.name, undefined);
  }
};

const offline: Stopped = { cause: 'offline', note: 'the canary itself is offline: its connectivity check got no answer' };

/** What is left of the answers when the canary itself is offline: what did get an answer. */
const withoutBlame = ({ asked, spent }: AskedTarget): Ended => {
  const answered = asked.filter((each) => !blamesNetwork(each) && each.record.verdict !== 'inconclusive');
  const outcome = answered.length === 0 ? 'not-run' : 'stopped';
  return { outcome, stopped: offline, spent: amountsOf(spent), asked: answered };
};

const endOf = async (world: RoundWorld, answer: AskedTarget): Promise<Ended> => {
  const { asked, spent, harm } = answer;
  if (asked.some(blamesNetwork) && !(await world.isOnline())) return withoutBlame(answer);
  const stopped = answer.stopped ?? (harm && { cause: 'harm' as const, note: harm.because });
  return { outcome: stopped === undefined ? 'complete' : 'stopped', stopped, spent: amountsOf(spent), asked };
};

/** The target has been asked; `written` resolves when the history has the round, which may take as long as its database is away. */
export interface Asking {
  readonly written: Promise<RoundWritten>;
}

const askWithin = async (began: Began, scenarios: readonly Scenario[], most: Worst, reservation: string): Promise<Asking> => {
  const { target, world } = began;
  const answer = await askTarget(target, scenarios, most, world);
  // What is never settled stays reserved: too much is counted then, not too little.
  await world.store.settle(reservation, answer.spent).catch((error: unknown) => world.tell(`${target.name}: ${messageOf(error)}`));
  await keepRest(began, answer);
  return { written: write(began, await endOf(world, answer)) };
};

const worstOf = (target: CanaryTarget, scenarios: readonly Scenario[]): Worst => {
  const ids = new Set(scenarios.map(({ id }) => id));
  return addedUp(worstCasesOf(target).flatMap(({ scenario, worst }) => (ids.has(scenario) ? [worst] : [])));
};

/**
 * One visit to one target: asks whether it may, reserves the worst case, asks each request once, settles what was spent, and writes what it
 * found. Never throws for what the target does; throws when the history cannot be asked or written.
 */
export const askRound = async (target: CanaryTarget, task: RoundTask, world: RoundWorld): Promise<Asking> => {
  const began: Began = { target, task, startedAt: world.clock.now(), world };
  const notRun = (stopped: Stopped): Asking => ({ written: write(began, { outcome: 'not-run', stopped }) });
  const stopped = task.instead ?? (await obstacle(began));
  if (stopped !== undefined) return notRun(stopped);
  const scenarios = (task.scenarios ?? target.scenarios).filter((each) => mayRunLive(each, target.allowed));
  if (scenarios.length === 0) return notRun({ cause: 'error', note: 'none of the scenarios may be run against a live target' });
  const most = mostOf(worstOf(target, scenarios), target.budget.round);
  const answer = await world.store.reserve(spendRequest(target, world.budget(), most, began.startedAt));
  if ('refused' in answer) return notRun({ cause: 'budget', note: answer.refused });
  return askWithin(began, scenarios, most, answer.reservation);
};

/** `askRound` to its end. */
export const runRound = async (target: CanaryTarget, task: RoundTask, world: RoundWorld): Promise<RoundWritten> =>
  (await askRound(target, task, world)).written;
