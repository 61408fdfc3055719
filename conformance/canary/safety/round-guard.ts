import type { RequestGuard } from '../../engine/request-guard.ts';
import type { StopCause } from '../../history/records.ts';
import type { CanaryClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { openGate } from './gate.ts';
import { watchForHarm, type Harm } from './harm.ts';
import type { KillSwitch } from './kill-switch.ts';

/** Why a round sends nothing more. */
export interface Stopped {
  readonly cause: StopCause;
  readonly note: string;
}

/** Stands before every request of one round. */
export interface RoundGuard extends RequestGuard {
  readonly stopped: () => Stopped | undefined;
  readonly harm: () => Harm | undefined;
}

interface GuardWorld {
  readonly killSwitch: Pick<KillSwitch, 'paused'>;
  readonly clock: CanaryClock;
}

/** At most `inFlight` requests at a time, none while paused, and none after the first sign of harm. */
export const openRoundGuard = ({ inFlight, harm }: Pick<CanaryTarget, 'inFlight' | 'harm'>, world: GuardWorld): RoundGuard => {
  const gate = openGate(inFlight);
  const watch = watchForHarm(harm);
  let stopped: Stopped | undefined;
  const obstacle = async (): Promise<Stopped | undefined> => {
    const found = watch.harm();
    if (found !== undefined) return { cause: 'harm', note: found.because };
    const because = await world.killSwitch.paused();
    return because === undefined ? undefined : { cause: 'paused', note: because };
  };
  return {
    enter: async (signal) => {
      if (!(await gate.enter(signal))) return 'the round was over before its turn came';
      stopped ??= await obstacle();
      if (stopped === undefined) return undefined;
      gate.leave();
      return stopped.note;
    },
    left: (answered) => {
      if (answered !== undefined) watch.saw(answered, world.clock.now());
      gate.leave();
    },
    stopped: () => stopped,
    harm: watch.harm,
  };
};
