import type { Delivery } from '../../history/records.ts';
import type { ReadyDestination } from '../destinations/prepare.ts';
import { backOffMs, isHopeless } from './back-off.ts';
import type { Answer } from './sender.ts';

/** How a delivery ends, for now or for good. */
export type End =
  | { readonly deliveredAt: number }
  | { readonly nextAt: number; readonly error: string }
  | { readonly givenUpAt: number; readonly error: string };

/** What a lane is given to work with. */
export interface LaneWorld {
  readonly now: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly send: (destination: ReadyDestination, delivery: Delivery) => Promise<Answer>;
  readonly finish: (delivery: Delivery, end: End) => Promise<void>;
  /** For one that was not tried. */
  readonly putBack: (delivery: Delivery, end: End) => Promise<void>;
}

/** A delivery, and until when nobody else has it. */
export interface Claimed {
  readonly delivery: Delivery;
  readonly leaseEndsAt: number;
}

/** One destination: one letter at a time, and none while it rests after a failure. */
export interface Lane {
  /** Takes a delivery, or puts it back to where it came from when there is no hurry. */
  readonly take: (claimed: Claimed) => void;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
  /** Puts back what has not been begun. */
  readonly stop: () => void;
}

/** More than these wait in the store and not here: so a destination that hangs is no reason to hold many. */
const mostWaiting = 10;

const failureOf = (answer: Exclude<Answer, { kind: 'arrived' }>, failures: number, random: number): number =>
  Math.max(backOffMs(failures, random), answer.kind === 'refused' ? (answer.retryAfterMs ?? 0) : 0);

export const openLane = (destination: ReadyDestination, world: LaneWorld): Lane => {
  const waiting: Claimed[] = [];
  let running: Promise<void> | undefined;
  let puttingBack: Promise<unknown> = Promise.resolve();
  let failures = 0;
  let restsUntil = -Infinity;
  let stopped = false;
  const putBack = ({ delivery }: Claimed): void => {
    const nextAt = Math.max(restsUntil, world.now() + 1000);
    const error = delivery.lastError ?? (restsUntil > world.now() ? 'waits while the destination rests after a failure' : 'waits its turn');
    puttingBack = Promise.allSettled([puttingBack, world.putBack(delivery, { nextAt, error })]);
  };
  const endOf = (delivery: Delivery, answer: Answer): End => {
    const now = world.now();
    if (answer.kind === 'arrived') {
      failures = 0;
      return { deliveredAt: now };
    }
    const isFinal = answer.kind === 'refused' && answer.isFinal;
    if (isFinal || isHopeless(delivery, now)) return { givenUpAt: now, error: answer.error };
    failures += 1;
    restsUntil = now + failureOf(answer, failures, world.random());
    return { nextAt: restsUntil, error: answer.error };
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { delivery, leaseEndsAt } = next;
      // Another process may have it by now, or will soon.
      if (world.now() + destination.timeoutMs > leaseEndsAt) continue;
      if (stopped || restsUntil > world.now()) putBack(next);
      else await world.finish(delivery, endOf(delivery, await world.send(destination, delivery)));
    }
  };
  return {
    take: (claimed) => {
      if (stopped || waiting.length >= mostWaiting) {
        putBack(claimed);
        return;
      }
      waiting.push(claimed);
      running ??= work().finally(() => {
        running = undefined;
      });
    },
    idle: async () => {
      await running;
      await puttingBack;
    },
    stop: () => {
      stopped = true;
    },
  };
};
