import type { CanaryClock } from '../../canary/clock.ts';
import { inTime } from '../deliveries/in-time.ts';

export interface OrderlyOptions {
  /** What is written, and where: for people. */
  readonly what: string;
  readonly clock: CanaryClock;
  readonly tell: (line: string) => void;
}

/** Writes one after the other. */
export interface Orderly {
  /** Never throws. What cannot be written is told once, and again when it goes on. */
  readonly add: (write: () => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

/** A disk that is slower than the rounds must not fill the memory. */
const mostWaiting = 200;
const closesWithinMs = 10_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const orderly = ({ what, clock, tell }: OrderlyOptions): Orderly => {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let missing = 0;
  const failed = (because: string): void => {
    if (missing === 0) tell(`files: ${what}: ${because}; the canary goes on without`);
    missing += 1;
  };
  const done = (): void => {
    if (missing > 0) tell(`files: ${what}: written again, ${missing} ${missing === 1 ? 'round is' : 'rounds are'} missing`);
    missing = 0;
  };
  const writeNext = async (write: () => Promise<void>, before: Promise<void>): Promise<void> => {
    await before;
    try {
      await write();
      done();
    } catch (error) {
      failed(messageOf(error));
    } finally {
      waiting -= 1;
    }
  };
  return {
    add: (write) => {
      if (waiting >= mostWaiting) return failed('the disk is slower than the rounds');
      waiting += 1;
      last = writeNext(write, last);
    },
    close: () => inTime(clock, closesWithinMs, last),
  };
};
