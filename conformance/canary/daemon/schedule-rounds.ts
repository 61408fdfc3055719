import type { ScenarioState } from '../../history/records.ts';
import type { CanaryClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import type { Asking, RoundTask } from '../round/run-round.ts';
import { openGate } from '../safety/gate.ts';
import { openLane, type Lane } from './lane.ts';

export interface ScheduleOptions {
  readonly targets: readonly CanaryTarget[];
  readonly clock: CanaryClock;
  readonly ask: (target: CanaryTarget, task: RoundTask) => Promise<Asking>;
  /** Re-checks that were asked for before the start, here. */
  readonly states: readonly ScenarioState[];
  /** Rounds of all targets that are under way at the same time, at most. */
  readonly mostRounds?: number;
  readonly tell: (line: string) => void;
}

export interface RoundSchedule {
  /** Between rounds: those that are under way end as they began. */
  readonly replace: (targets: readonly CanaryTarget[]) => void;
  /** Begins nothing more; resolves when nothing is under way. */
  readonly stop: () => Promise<void>;
  /** Rounds whose time passed unused since the start. */
  readonly overdue: () => number;
}

/** A hanging target keeps its place for as long as its round may last; the others have theirs. */
const usualMostRounds = 256;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs the rounds of all targets when they are due: one of a target at a time, and a bounded number of all. */
export const scheduleRounds = (options: ScheduleOptions): RoundSchedule => {
  const { clock, ask, tell, mostRounds = usualMostRounds } = options;
  const gate = openGate(mostRounds);
  const lanes = new Map<string, Lane>();
  const leaving = new Set<Promise<void>>();
  const never = new AbortController().signal;
  let overdue = 0;
  const visit = async (target: CanaryTarget, task: RoundTask): Promise<Asking> => {
    await gate.enter(never);
    try {
      return await ask(target, task);
    } finally {
      gate.leave();
    }
  };
  const world = {
    clock,
    visit,
    onTrouble: (target: CanaryTarget, error: unknown): void => tell(`${target.name}: ${messageOf(error)}`),
    onOverdue: (target: CanaryTarget, rounds: number): void => {
      overdue += rounds;
      tell(`${target.name}: ${rounds} ${rounds === 1 ? 'round is' : 'rounds are'} overdue and left out`);
    },
  };
  const open = (target: CanaryTarget): void => {
    const lane = openLane(target, world);
    lanes.set(target.name, lane);
    lane.confirm(options.states.filter((state) => state.target === target.name));
  };
  const retire = (name: string, lane: Lane): void => {
    lanes.delete(name);
    const left = lane.stop().finally(() => leaving.delete(left));
    leaving.add(left);
  };
  options.targets.forEach(open);
  return {
    replace: (targets) => {
      const names = new Set(targets.map(({ name }) => name));
      for (const [name, lane] of lanes) if (!names.has(name)) retire(name, lane);
      for (const target of targets) {
        const lane = lanes.get(target.name);
        if (lane === undefined) open(target);
        else lane.replace(target);
      }
    },
    stop: async () => {
      await Promise.all([...lanes.values()].map((lane) => lane.stop()));
      await Promise.all(leaving);
    },
    overdue: () => overdue,
  };
};
