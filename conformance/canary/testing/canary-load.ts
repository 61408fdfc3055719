/** A canary under load in a process of its own, for the benchmarks: real time, or many simulated hours. Tells what came of it as one message. */
import { systemClock, virtualClock, type CanaryClock } from '../clock.ts';
import { defaultRetention } from '../config/defaults.ts';
import { openCanary, type OpenCanary } from '../daemon/open-canary.ts';
import { scheduleRounds, type RoundSchedule } from '../daemon/schedule-rounds.ts';
import { askRound } from '../round/run-round.ts';
import { plainScenario } from './plain-scenario.ts';
import { plainTarget } from './round-setting.ts';

interface LoadOrder {
  readonly urls: readonly string[];
  readonly targets: number;
  readonly probes: number;
  readonly everyMs: number;
  /** By the canary's clock. */
  readonly forMs: number;
  readonly sampleEveryMs: number;
  readonly history: string;
  readonly virtual: boolean;
}

interface LoadResult {
  readonly rounds: number;
  readonly complete: number;
  readonly results: number;
  readonly overdue: number;
  /** Milliseconds by which rounds were begun late, sorted. */
  readonly lags: readonly number[];
  readonly rssBytes: readonly number[];
  readonly heapBytes: readonly number[];
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;

const scenarios = Array.from({ length: order.probes }, (_, index) => plainScenario({ id: `probe-${index}` }));
const targets = Array.from({ length: order.targets }, (_, index) =>
  plainTarget(order.urls[index % order.urls.length] ?? '', {
    name: `target-${index}`,
    scenarios,
    schedule: { when: { everyMs: order.everyMs }, jitterMs: 0, timeZone: 'UTC', blackouts: [] },
  }),
);

let underWay = 0;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Simulated time waits for what is really asked and written. */
const settled = async (): Promise<void> => {
  await turn();
  for (;;) {
    if (underWay === 0) break;
    await turn();
  }
  await turn();
};
const virtual = virtualClock(Date.now(), settled);
const clock: CanaryClock = order.virtual ? virtual : systemClock();
const pass = (ms: number): Promise<void> => (order.virtual ? virtual.pass(ms) : new Promise((resolve) => setTimeout(resolve, ms)));

const open = (): Promise<OpenCanary> =>
  openCanary({
    plan: {
      targets,
      budget: { hour: {}, day: {} },
      location: 'bench',
      history: order.history,
      retention: defaultRetention,
      destinations: [],
      connectivity: [],
      files: [],
      secrets: [],
    },
    clock,
    tell: (line) => void process.stderr.write(`${line}\n`),
    salt: () => '',
  });

const counted = { rounds: 0, complete: 0, results: 0 };
const lags: number[] = [];

const begin = (canary: OpenCanary): RoundSchedule => {
  canary.addOutput({
    name: 'bench',
    onRound: ({ round, results, lagMs }) => {
      counted.rounds += 1;
      counted.results += results.length;
      if (round.outcome === 'complete') counted.complete += 1;
      lags.push(lagMs);
    },
    close: () => Promise.resolve(),
  });
  return scheduleRounds({
    targets,
    clock,
    ask: async (target, task) => {
      underWay += 1;
      try {
        const asking = await askRound(target, task, canary.rounds);
        await asking.written;
        return asking;
      } finally {
        underWay -= 1;
      }
    },
    states: [],
    tell: canary.tell,
  });
};

const canary = await open();
const [cpuBefore, wallBefore] = [process.cpuUsage(), performance.now()];
const schedule = begin(canary);
const rssBytes: number[] = [];
const heapBytes: number[] = [];
for (let passed = 0; passed < order.forMs; passed += order.sampleEveryMs) {
  await pass(order.sampleEveryMs);
  const { rss, heapUsed } = process.memoryUsage();
  rssBytes.push(rss);
  heapBytes.push(heapUsed);
}
await schedule.stop();
const { user, system } = process.cpuUsage(cpuBefore);
const result: LoadResult = {
  ...counted,
  overdue: schedule.overdue(),
  lags: lags.sort((a, b) => a - b),
  rssBytes,
  heapBytes,
  cpuSeconds: (user + system) / 1e6,
  wallSeconds: (performance.now() - wallBefore) / 1_000,
};
await canary.close();
process.send?.(result, () => process.exit(0));
