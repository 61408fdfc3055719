import { createHash } from 'node:crypto';

import type { CanaryTarget } from '../config/canary-plan.ts';
import { worstCaseOf } from '../config/worst-case.ts';
import { mostOf } from '../round/spending.ts';
import { duesBetween } from '../schedule/next-due.ts';

/** A due round as it stands in the queue. */
export interface RoundJob {
  readonly target: string;
  readonly due: number;
  readonly reason: 'scheduled' | 'confirmation';
  /** Ids; absent: all of the target's. */
  readonly scenarios?: readonly string[];
}

/** The queue of one location: each of its due rounds is run once, by whichever worker there takes it. */
export const queueOf = (location: string): string => `rounds-${location}`;

/** The same for the same due round in every worker, so that it is in the queue once whoever plans it. */
export const jobId = (location: string, { target, due, reason }: RoundJob): string => {
  const digest = createHash('sha256')
    .update(JSON.stringify([location, target, due, reason]))
    .digest('hex');
  return [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 20), digest.slice(20, 32)].join('-');
};

/**
 * After so long a worker that has not finished the round is dead: its rounds end of themselves before.
 * @param writesWithinSeconds how long it may take to write what was found
 */
export const expiresAfterSeconds = (target: CanaryTarget, writesWithinSeconds: number): number =>
  Math.ceil(mostOf(worstCaseOf(target), target.budget.round).seconds) + writesWithinSeconds;

const mostLooked = 10_000;

/** What is to be put into the queue for a stretch of time, and what of it was missed. */
export interface DueRounds {
  readonly jobs: readonly RoundJob[];
  /** Due times that have passed with nobody there. Only the newest of a target's is made up for. */
  readonly overdue: number;
}

/** Every round of the target that is due in `(from, to]`; of those before `now` the newest only. */
export const dueRounds = (target: CanaryTarget, from: number, now: number, to: number): DueRounds => {
  const passed: number[] = [];
  const coming: number[] = [];
  let looked = 0;
  for (const { at, blackout } of duesBetween(target, from, to)) {
    looked += 1;
    if (looked > mostLooked) break;
    if (blackout === undefined) (at <= now ? passed : coming).push(at);
  }
  const jobs = [...passed.slice(-1), ...coming].map((due): RoundJob => ({ target: target.name, due, reason: 'scheduled' }));
  return { jobs, overdue: Math.max(0, passed.length - 1) };
};
