import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';

import type { Between } from '#scenarios/kit/grounds/between';

import { placeBetween } from '../grounds/between.ts';
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

/** What the target itself is started with: what stands before it, and how its callers are started, is none of its business. */
const behindBetween = ({ ground, ...setting }: Setting): Setting => {
  if (ground === undefined) return setting;
  const { between: _between, client: _client, ...rest } = ground;
  return Object.keys(rest).length === 0 ? setting : { ...setting, ground: rest };
};

/** The target as callers reach it through a reverse proxy. Only the reverse proxy ends with it. */
const placedBehind = async (running: RunningTarget, between: Between): Promise<RunningTarget> => {
  const { url, what, stop } = await placeBetween(running.url, between);
  return { ...running, url, ownUrl: running.url, ground: [...(running.ground ?? []), `between: ${what}`], stop };
};

/** @param target what to start; `upstream` is undefined in a run that has only canaries */
export const openServerPool = (target: Target, upstream: MockUpstream | undefined): ServerPool => {
  const shared = new Map<string, Promise<RunningTarget>>();
  const started = new Set<Promise<RunningTarget>>();
  const noted = (starting: Promise<RunningTarget>): Promise<RunningTarget> => {
    started.add(starting);
    return starting;
  };
  const stop = async (starting: Promise<RunningTarget>): Promise<void> => {
    started.delete(starting);
    const running = await starting.catch(() => undefined);
    await running?.stop();
  };
  const start = ({ setting, scenario }: PlannedArm): Promise<RunningTarget> =>
    noted(target.start(behindBetween(setting), upstream, scenario));
  const place = (running: Promise<RunningTarget>, between: Between): Promise<RunningTarget> =>
    noted(running.then((target) => placedBehind(target, between)));
  const leaseOwn = async (planned: PlannedArm): Promise<Lease> => {
    const between = planned.setting.ground?.between;
    const own = start(planned);
    const placed = between === undefined ? own : place(own, between);
    const release = async (): Promise<void> => {
      if (placed !== own) await stop(placed);
      await stop(own);
    };
    try {
      return { target: await placed, exclusive: true, release };
    } catch (error) {
      await release();
      throw error;
    }
  };
  const once = (key: string, begin: () => Promise<RunningTarget>): Promise<RunningTarget> => {
    const starting = shared.get(key) ?? begin();
    shared.set(key, starting);
    return starting;
  };
  const leaseShared = async (planned: PlannedArm): Promise<Lease> => {
    const between = planned.setting.ground?.between;
    const key = keyOf(target, behindBetween(planned.setting));
    const running = once(key, () => start(planned));
    const placed = between === undefined ? running : once(`${key} ${JSON.stringify(sorted(between))}`, () => place(running, between));
    return { target: await placed, exclusive: false, release: () => Promise.resolve() };
  };
  return {
    lease: (planned) =>
      planned.scenario.remembers && (target.configurable || target.startsFresh === true) ? leaseOwn(planned) : leaseShared(planned),
    close: async () => {
      await Promise.allSettled([...started].map(stop));
    },
  };
};
