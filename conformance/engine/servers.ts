import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';

import type { RunningTarget, Setting, Target } from '../targets/target.ts';
import type { PlannedArm } from './plan.ts';

/** A running target and whether one arm has it for itself. */
export interface Lease {
  readonly target: RunningTarget;
  readonly exclusive: boolean;
  /** Stops an exclusive target; a shared one runs on until the pool closes. */
  readonly release: () => Promise<void>;
}

/** Starts targets when they are first needed: one per distinct setting, or one per arm where the scenario makes the proxy remember things. */
export interface ServerPool {
  readonly lease: (planned: PlannedArm) => Promise<Lease>;
  /** Stops everything that was started, also what is still starting. */
  readonly close: () => Promise<void>;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** Equal settings have equal keys, whatever the order of their entries. A target that ignores settings has one key. */
const keyOf = (target: Target, setting: Setting): string => (target.configurable ? JSON.stringify(sorted(setting)) : '');

/** @param target what to start; `upstream` is undefined in a run that has only canaries */
export const openServerPool = (target: Target, upstream: MockUpstream | undefined): ServerPool => {
  const shared = new Map<string, Promise<RunningTarget>>();
  const started = new Set<Promise<RunningTarget>>();
  const start = (planned: PlannedArm): Promise<RunningTarget> => {
    const starting = target.start(planned.setting, upstream, planned.scenario);
    started.add(starting);
    return starting;
  };
  const leaseOwn = async (planned: PlannedArm): Promise<Lease> => {
    const starting = start(planned);
    const running = await starting;
    const release = async (): Promise<void> => {
      started.delete(starting);
      await running.stop();
    };
    return { target: running, exclusive: true, release };
  };
  const leaseShared = async (planned: PlannedArm): Promise<Lease> => {
    const key = keyOf(target, planned.setting);
    const starting = shared.get(key) ?? start(planned);
    shared.set(key, starting);
    return { target: await starting, exclusive: false, release: () => Promise.resolve() };
  };
  const stop = async (starting: Promise<RunningTarget>): Promise<void> => {
    const running = await starting.catch(() => undefined);
    await running?.stop();
  };
  return {
    lease: (planned) =>
      planned.scenario.remembers && (target.configurable || target.startsFresh === true) ? leaseOwn(planned) : leaseShared(planned),
    close: async () => {
      await Promise.allSettled([...started].map(stop));
    },
  };
};
