import type { CanaryClock } from '../canary/clock.ts';
import { inTime } from './deliveries/in-time.ts';
import { openSender } from './deliveries/sender.ts';
import type { Output } from './output.ts';

export interface Heartbeat extends Output {
  readonly counts: () => { readonly sent: number; readonly failed: number };
}

const timeoutMs = 10_000;

/**
 * A sign of life (dead man's switch): a GET after a round that was written, at most each `everyMs`. Whoever expects it alarms when it stays
 * away; a failure is counted here and stops nothing. The address is often a secret: it is told to nobody.
 */
export const createHeartbeat = ({
  heartbeat: { url, everyMs },
  clock,
  userAgent,
}: {
  readonly heartbeat: { readonly url: string; readonly everyMs: number };
  readonly clock: CanaryClock;
  readonly userAgent: string;
}): Heartbeat => {
  const sender = openSender({ clock, userAgent });
  let sent = 0;
  let failed = 0;
  let lastAt = -Infinity;
  let underway: Promise<void> | undefined;
  const beat = async (): Promise<void> => {
    const answer = await sender.send('GET', { url, headers: {}, body: '' }, timeoutMs);
    if (answer.kind === 'arrived') sent += 1;
    else failed += 1;
  };
  return {
    name: 'heartbeat',
    onRound: () => {
      const now = clock.now();
      // A clock that was set back must not keep it silent.
      if (underway !== undefined || Math.abs(now - lastAt) < everyMs) return;
      lastAt = now;
      underway = beat().finally(() => {
        underway = undefined;
      });
    },
    counts: () => ({ sent, failed }),
    close: async () => {
      await inTime(clock, timeoutMs, underway ?? Promise.resolve());
      await sender.close();
    },
  };
};
