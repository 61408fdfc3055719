import { setMaxListeners } from 'node:events';

import type { Scenario } from '#scenarios/kit/scenario';

import { openLedger, type Spent } from '../../engine/budget.ts';
import { runSuite } from '../../engine/run.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { liveTargetOf } from '../config/live-target.ts';
import type { Harm } from '../safety/harm.ts';
import { openRoundGuard, type Stopped } from '../safety/round-guard.ts';
import { tooDearBecause, type Asked } from './probe-results.ts';
import type { RoundWorld } from './round-world.ts';
import { budgetOf, type Worst } from './spending.ts';

/** What came of asking. */
export interface AskedTarget {
  readonly asked: readonly Asked[];
  readonly spent: Spent;
  readonly stopped?: Stopped;
  readonly harm?: Harm;
}

/** A bound over the whole round that ends it although its target does not end. `over` says that it did. */
const boundBy = (seconds: number, { clock, abort }: Pick<RoundWorld, 'clock' | 'abort'>) => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // one listener per request in flight
  let isOver = false;
  const alarm = clock.after(seconds * 1_000, () => {
    isOver = true;
    controller.abort();
  });
  const end = (): void => controller.abort();
  abort.addEventListener('abort', end, { once: true });
  if (abort.aborted) end();
  return {
    signal: controller.signal,
    over: () => isOver,
    dispose: () => {
      alarm.cancel();
      abort.removeEventListener('abort', end);
    },
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Puts the scenarios to the target: each request once, none beyond the ceilings of the round, none that the guard holds back.
 * @param most what was reserved
 */
export const askTarget = async (
  target: CanaryTarget,
  scenarios: readonly Scenario[],
  most: Worst,
  world: RoundWorld,
): Promise<AskedTarget> => {
  const { clock, caller } = world;
  const asked: Asked[] = [];
  const ledger = openLedger(budgetOf(most, target.budget.round, target.prices), clock.now);
  const guard = openRoundGuard(target, world);
  const bound = boundBy(most.seconds, world);
  let failure: Stopped | undefined;
  try {
    await runSuite({
      scenarios,
      target: liveTargetOf(target),
      arms: ['canary'],
      concurrency: 1,
      thorough: true,
      ledger,
      guard,
      caller,
      signal: bound.signal,
      now: clock.now,
      ...(target.baseline !== undefined && { baseline: target.baseline }),
      onResult: (record) => asked.push({ record, at: clock.now() - record.durationMs }),
    });
  } catch (error) {
    failure = { cause: 'error', note: messageOf(error) };
  } finally {
    bound.dispose();
  }
  const stopped = failure ?? whyStopped({ guard: guard.stopped(), over: bound.over(), aborted: bound.signal.aborted, asked, most });
  const harm = guard.harm();
  return { asked, spent: ledger.spent(), ...(stopped && { stopped }), ...(harm && { harm }) };
};

interface Ended {
  readonly guard: Stopped | undefined;
  readonly over: boolean;
  readonly aborted: boolean;
  readonly asked: readonly Asked[];
  readonly most: Worst;
}

const whyStopped = ({ guard, over, aborted, asked, most }: Ended): Stopped | undefined => {
  if (guard !== undefined) return guard;
  if (over) return { cause: 'budget', note: `the round had ${most.seconds} seconds` };
  if (aborted) return { cause: 'shutdown', note: 'the canary ended while the round was under way' };
  const because = asked.map(tooDearBecause).find((each) => each !== undefined);
  return because === undefined ? undefined : { cause: 'budget', note: because };
};
