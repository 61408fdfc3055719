import type { Scenario } from '#scenarios/kit/scenario';

import type { ScenarioState } from '../../history/records.ts';
import type { RoundWritten } from '../../outputs/output.ts';
import type { Alarm, CanaryClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import type { Asking, RoundTask } from '../round/run-round.ts';
import { beat, startPace, type Pace } from '../schedule/pace.ts';

/** What a lane needs of the canary. */
export interface LaneWorld {
  readonly clock: CanaryClock;
  /** Waits for room among all lanes, and runs the round. */
  readonly visit: (target: CanaryTarget, task: RoundTask) => Promise<Asking>;
  /** A round could not be run or written. */
  readonly onTrouble: (target: CanaryTarget, error: unknown) => void;
  /** Rounds whose time passed unused. */
  readonly onOverdue: (target: CanaryTarget, rounds: number) => void;
}

/** The rounds of one target, one at a time. */
export interface Lane {
  /** Takes the place of the target as it was configured before, from the next round on. */
  readonly replace: (target: CanaryTarget) => void;
  /** Scenarios that are to be asked again, with when. */
  readonly confirm: (states: readonly ScenarioState[]) => void;
  /** Begins nothing more; resolves when the round that is under way has ended. */
  readonly stop: () => Promise<void>;
}

/** Alarms ring by a clock that does not jump; looking at the wall clock so often finds out when that one was set. */
const looksEveryMs = 30_000;
/** The next round does not wait longer for the history than this: it may be away for hours. */
const waitsForWriteMs = 5_000;

interface Confirmation {
  readonly at: number;
  readonly scenarios: readonly string[];
}

const earliest = (states: readonly ScenarioState[]): Confirmation | undefined => {
  const asked = states.flatMap(({ scenario, confirmAt }) => (confirmAt === undefined ? [] : [{ scenario, confirmAt }]));
  if (asked.length === 0) return undefined;
  // The latest of them: one visit asks all.
  return { at: Math.max(...asked.map(({ confirmAt }) => confirmAt)), scenarios: asked.map(({ scenario }) => scenario) };
};

const named = ({ scenarios }: CanaryTarget, ids: readonly string[]): readonly Scenario[] => scenarios.filter(({ id }) => ids.includes(id));

export const openLane = (first: CanaryTarget, world: LaneWorld): Lane => {
  const { clock } = world;
  let target = first;
  let pace: Pace = startPace(clock.now());
  let confirmation: Confirmation | undefined;
  let alarm: Alarm | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  const wakeAt = (at: number | undefined): void => {
    alarm?.cancel();
    const soonest = Math.min(at ?? Infinity, confirmation?.at ?? Infinity);
    alarm = clock.after(Math.max(0, Math.min(soonest - clock.now(), looksEveryMs)), look);
  };
  const takeConfirmation = (): RoundTask | undefined => {
    if (confirmation === undefined || confirmation.at > clock.now()) return undefined;
    const { at, scenarios } = confirmation;
    confirmation = undefined;
    const asked = named(target, scenarios);
    return asked.length === 0 ? undefined : { due: at, reason: 'confirmation', scenarios: asked };
  };
  const next = (): { readonly task?: RoundTask | undefined; readonly at: number | undefined } => {
    const found = beat(target, pace, clock.now());
    pace = found.pace;
    if (found.overdue > 0) world.onOverdue(target, found.overdue);
    if (found.due === undefined) return { task: takeConfirmation(), at: found.nextAt };
    // The whole round asks what was to be asked again.
    confirmation = undefined;
    return { task: { due: found.due, reason: 'scheduled' }, at: found.nextAt };
  };
  const visit = async (task: RoundTask): Promise<void> => {
    const asking = await world.visit(target, task);
    const noted = asking.written.then(note, (error: unknown) => world.onTrouble(target, error));
    await new Promise<void>((resolve) => {
      const late = clock.after(waitsForWriteMs, resolve);
      void noted.finally(() => {
        late.cancel();
        resolve();
      });
    });
  };
  const note = ({ decision }: RoundWritten): void => confirm(decision.states);
  const confirm = (states: readonly ScenarioState[]): void => {
    confirmation = earliest(states) ?? confirmation;
    if (confirmation !== undefined && running === undefined && !stopped) look();
  };
  const run = async (task: RoundTask): Promise<void> => {
    try {
      await visit(task);
    } catch (error) {
      world.onTrouble(target, error);
    }
    running = undefined;
    look();
  };
  const look = (): void => {
    if (stopped || running !== undefined) return;
    const { task, at } = next();
    if (task === undefined) return wakeAt(at);
    running = run(task);
  };
  look();
  return {
    replace: (changed) => {
      target = changed;
      look();
    },
    confirm,
    stop: async () => {
      stopped = true;
      alarm?.cancel();
      await running;
    },
  };
};
