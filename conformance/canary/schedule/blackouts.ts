import type { Schedule } from '../config/canary-plan.ts';
import { lastCron, nextCron } from './cron.ts';

/** A stretch of time in which nothing is begun: `[from, to)`, milliseconds. */
export interface Blackout {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

type Windows = Pick<Schedule, 'blackouts' | 'timeZone'>;

/** The window in which a moment lies, the one that ends last where windows overlap. */
export const blackoutAt = ({ blackouts, timeZone }: Windows, at: number): Blackout | undefined => {
  let longest: Blackout | undefined;
  for (const { from, forMs, reason } of blackouts) {
    const begun = lastCron(from, timeZone, at);
    if (begun === undefined || at >= begun + forMs) continue;
    if (longest === undefined || begun + forMs > longest.to) longest = { from: begun, to: begun + forMs, reason };
  }
  return longest;
};

const mostWindows = 1_000;

/** Windows that touch `[from, to)`, in order; at most 1,000 of each kind. */
export const blackoutsBetween = ({ blackouts, timeZone }: Windows, from: number, to: number): readonly Blackout[] =>
  blackouts
    .flatMap((window) => {
      const found: Blackout[] = [];
      let begins = lastCron(window.from, timeZone, from) ?? nextCron(window.from, timeZone, from);
      while (begins !== undefined && begins < to && found.length < mostWindows) {
        if (begins + window.forMs > from) found.push({ from: begins, to: begins + window.forMs, reason: window.reason });
        begins = nextCron(window.from, timeZone, begins);
      }
      return found;
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
