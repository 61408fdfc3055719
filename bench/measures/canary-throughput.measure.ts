import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { mebibytes } from '../wording.ts';

interface Load {
  readonly targets: number;
  readonly probes: number;
  readonly everyMs: number;
  readonly forMs: number;
  readonly sampleEveryMs: number;
  readonly virtual: boolean;
}

/** What the program tells. */
interface Loaded {
  readonly rounds: number;
  readonly complete: number;
  readonly results: number;
  readonly overdue: number;
  readonly lags: readonly number[];
  readonly rssBytes: readonly number[];
  readonly heapBytes: readonly number[];
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

const minute = 60_000;
const hour = 60 * minute;
const ports = 4;
const goalLagMs = 1_000;
/** Memory is flat when its last quarter is no larger than its second by more than this. */
const goalGrowth = 1.1;

const answer = JSON.stringify({ choices: [{ message: { content: 'ok' } }], usage: { prompt_tokens: 3, completion_tokens: 3 } });

const listen = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
};

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const loaded = async (
  load: Load,
  urls: readonly string[],
  name: string,
  { root, env, children, scratchDir }: MeasureContext,
): Promise<Loaded> => {
  const order = JSON.stringify({ ...load, urls, history: join(scratchDir, `${name}.db`) });
  const program = join(root, 'conformance', 'canary', 'testing', 'canary-load.ts');
  const command = ['node', '--import', 'tsx', '--conditions=wireproof-source', program, order];
  const child = children.start({ command, env, cwd: root, talks: true });
  try {
    return (await child.receive(load.virtual ? hour : load.forMs + 2 * minute)) as Loaded;
  } finally {
    await child.stop();
  }
};

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/** The last quarter beside the second: the first is the warming up. */
const growthOf = (bytes: readonly number[]): number => {
  const quarter = Math.max(1, Math.floor(bytes.length / 4));
  return mean(bytes.slice(-quarter)) / mean(bytes.slice(quarter, 2 * quarter));
};

const row = (
  what: string,
  { rounds, results, overdue, lags, rssBytes, cpuSeconds, wallSeconds }: Loaded,
  minutes: number,
): readonly string[] => [
  what,
  (rounds / minutes).toFixed(0),
  (results / minutes).toFixed(0),
  [0.5, 0.99, 1].map((share) => percentile(lags, share).toFixed(0)).join(' / '),
  String(overdue),
  `${((100 * cpuSeconds) / wallSeconds).toFixed(0)} %`,
  [rssBytes[Math.floor(rssBytes.length / 4)], rssBytes.at(-1)].map((bytes) => mebibytes(bytes ?? 0).toFixed(0)).join(' / '),
];

const refuseWrong = ({ rounds, complete, results }: Loaded, probes: number): void => {
  if (complete !== rounds || results !== rounds * probes) {
    throw new Error(`${rounds} rounds of ${probes} probes, of which ${complete} were complete, with ${results} results`);
  }
};

const goalsOf = (real: Loaded, simulated: Loaded, minutes: number): readonly Goal[] => {
  const lag = percentile(real.lags, 0.99);
  const perMinute = real.rounds / minutes;
  const growth = growthOf(simulated.heapBytes);
  return [
    { what: 'rounds of 10 probes in a minute', goal: '1,000', measured: perMinute.toFixed(0), met: perMinute >= 990, kind: 'speed' },
    { what: 'rounds begun late, p99', goal: 'under 1 s', measured: `${lag.toFixed(0)} ms`, met: lag < goalLagMs, kind: 'speed' },
    {
      what: 'heap in the last of the simulated hours, beside the second of their quarters',
      goal: `at most ${goalGrowth} times`,
      measured: `${growth.toFixed(2)} times`,
      met: growth <= goalGrowth,
      kind: 'speed',
    },
  ];
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const servers = await Promise.all(Array.from({ length: ports }, listen));
  const urls = servers.map(urlOf);
  const realMs = context.quick ? minute : 10 * minute;
  const simulatedMs = context.quick ? hour : 6 * hour;
  try {
    context.progress(`canary: 1,000 targets for ${realMs / minute} minutes`);
    const crowd: Load = { targets: 1_000, probes: 10, everyMs: minute, forMs: realMs, sampleEveryMs: 5_000, virtual: false };
    const real = await loaded(crowd, urls, 'crowd', context);
    context.progress(`canary: ${simulatedMs / hour} simulated hours`);
    const few: Load = { targets: 10, probes: 10, everyMs: minute, forMs: simulatedMs, sampleEveryMs: 5 * minute, virtual: true };
    const simulated = await loaded(few, urls, 'hours', context);
    refuseWrong(real, crowd.probes);
    refuseWrong(simulated, few.probes);
    return {
      tables: [
        {
          caption: 'One canary with its embedded history, against local targets on four ports',
          head: [
            'load',
            'rounds/min',
            'probes/min',
            'begun late, ms: p50 / p99 / most',
            'overdue',
            'CPU of a core',
            'RSS MiB: after a quarter / at the end',
          ],
          rows: [
            row(`1,000 targets × 10 probes each minute, ${realMs / minute} real minutes`, real, realMs / minute),
            row(`10 targets × 10 probes each minute, ${simulatedMs / hour} simulated hours`, simulated, simulatedMs / minute),
          ],
        },
      ],
      goals: goalsOf(real, simulated, realMs / minute),
      notes: [
        'Each probe is one request on a connection of its own, and each round is three durable transactions. From the sources, not the published build; the local targets answer from the process of the benchmarks.',
        'Simulated time waits for what is really asked and written, so its CPU share says nothing about real time.',
      ],
    };
  } finally {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  }
};

export const measure: Measure = {
  name: 'canary-throughput',
  title: 'A canary of many targets',
  order: 13,
  notQuick: 'it takes ten real minutes and six simulated hours',
  run,
};
