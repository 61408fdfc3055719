/** A worker in a process of its own, for tests that kill it. It is told what to watch as JSON, says `ready`, and ends at SIGTERM. */
import { followingClock, systemClock } from '../clock.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';
import { defaultRetention } from '../config/defaults.ts';
import { openCanary } from '../daemon/open-canary.ts';
import { startCanary } from '../daemon/start-canary.ts';
import { openWorker } from '../workers/open-worker.ts';
import { plainTarget } from './round-setting.ts';

export interface WorkerOrder {
  readonly history: string;
  readonly location: string;
  /** The target's address; its path says which worker asks. */
  readonly url: string;
  readonly targets: readonly string[];
  readonly everyMs: number;
  readonly requestsPerHour?: number;
  /** One second by default. */
  readonly writesWithinSeconds?: number;
  /** Rounds under way at the same time; one by default, so that a test knows what dies with the worker. */
  readonly mostRounds?: number;
  /** How wrong the clock of this machine is, milliseconds. */
  readonly clockAhead: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder;

const plan: CanaryPlan = {
  targets: order.targets.map((name) =>
    plainTarget(order.url, {
      name,
      schedule: { when: { everyMs: order.everyMs }, jitterMs: 0, timeZone: 'UTC', blackouts: [] },
      budget: { round: { seconds: 1 }, hour: {}, day: {} },
    }),
  ),
  budget: { hour: { ...(order.requestsPerHour !== undefined && { requests: order.requestsPerHour }) }, day: {} },
  location: order.location,
  history: order.history,
  retention: defaultRetention,
  destinations: [],
  connectivity: [],
  files: [],
  secrets: [],
};

const machine = systemClock();
const clock = followingClock({ now: () => machine.now() + order.clockAhead, after: machine.after });
const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const canary = await openCanary({ plan, clock, tell, salt: () => 'salt' });
const running = await startCanary(canary, {
  routes: [],
  reload: () => Promise.resolve([]),
  work: () =>
    openWorker(canary, {
      clock,
      mostRounds: order.mostRounds ?? 1,
      maintenanceSeconds: 1,
      writesWithinSeconds: order.writesWithinSeconds ?? 1,
    }),
});
process.stdout.write('ready\n');
process.once('SIGTERM', () => {
  void running
    .stop()
    .then(() => canary.close())
    .then(() => process.exit(0));
});
