import { aimock, type Contestant, contestantsIn, startContestant } from '../contestants/contestant.ts';
import { expectedOf, eventsPerStream } from '../contestants/expected.ts';
import { installAimock } from '../contestants/install-aimock.ts';
import { type Entrant, interleaved, type Sample } from '../contestants/rounds.ts';
import { type Workload, workloads } from '../contestants/workload.ts';
import type { Goal, Measure, MeasureContext, MeasureReport, Table } from '../measure.ts';
import { type Pinning, pinLoad } from '../pinning.ts';
import { median, quantile, ratiosOf } from '../statistics.ts';
import { figure, mebibytes, medianOf } from '../wording.ts';
import { pauseOf } from '../pause.ts';

const connections = 16;
const idleMs = 500;

type Samples = Readonly<Record<Workload['name'], readonly (readonly Sample[])[]>>;

interface Starts {
  readonly startMs: readonly number[];
  readonly idleRssBytes: readonly number[];
}

/** Starts each of them several times, in turn. */
const measureStarts = async (contestants: readonly Contestant[], context: MeasureContext, pinning: Pinning): Promise<readonly Starts[]> => {
  const starts = contestants.map(() => ({ startMs: [] as number[], idleRssBytes: [] as number[] }));
  for (let round = 0; round < (context.quick ? 2 : 7); round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const server = await startContestant(contestant, context, pinning.serverPrefix);
      await pauseOf(idleMs);
      const { rssBytes } = await server.usage();
      await server.stop();
      starts[index]?.startMs.push(server.startMs);
      starts[index]?.idleRssBytes.push(rssBytes);
    }
  }
  return starts;
};

const measureWorkload = async (
  servers: readonly Entrant['server'][],
  workload: Workload,
  { root, quick, signal, progress }: MeasureContext,
): Promise<readonly (readonly Sample[])[]> => {
  const entrants: Entrant[] = [];
  for (const server of servers) entrants.push({ server, expected: await expectedOf(root, server, workload) });
  const rounds = quick ? { rounds: 5, forMs: 200, warmUpMs: 700 } : { rounds: 25, forMs: 500, warmUpMs: 3_000 };
  progress(`${workload.name}: ${rounds.rounds} rounds of ${rounds.forMs} ms for each of ${servers.length} servers`);
  return interleaved(entrants, workload, { ...rounds, connections, signal });
};

const measureLoads = async (contestants: readonly Contestant[], context: MeasureContext, pinning: Pinning): Promise<Samples> => {
  const servers: Entrant['server'][] = [];
  try {
    for (const contestant of contestants) servers.push(await startContestant(contestant, context, pinning.serverPrefix));
    const json = await measureWorkload(servers, workloads.json, context);
    return { json, stream: await measureWorkload(servers, workloads.stream, context) };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
};

const rowOf = ({ label }: Contestant, samples: readonly Sample[], perStream: boolean): readonly string[] => [
  label,
  medianOf(samples.map((sample) => sample.answersPerSecond)),
  ...(perStream ? [medianOf(samples.map((sample) => sample.eventsPerSecond))] : []),
  medianOf(samples.map((sample) => sample.cpuMicrosPerAnswer)),
  medianOf(samples.map((sample) => quantile(sample.latenciesMs, 0.5))),
  medianOf(samples.map((sample) => quantile(sample.latenciesMs, 0.99))),
  figure(median(samples.map((sample) => sample.generatorBusy))),
  String(samples.reduce((sum, sample) => sum + sample.answers, 0)),
];

const loadTable = (contestants: readonly Contestant[], name: Workload['name'], samples: Samples): Table => {
  const stream = name === 'stream';
  const what = stream ? `A chat stream of ${eventsPerStream} events, all at once` : 'A chat answer of 1,024 bytes of JSON';
  return {
    caption: `${what}, ${connections} connections: median (min–max) over ${samples[name][0]?.length ?? 0} rounds`,
    head: [
      'server',
      ...(stream ? ['streams/s', 'events/s'] : ['requests/s']),
      `server CPU µs per ${stream ? 'stream' : 'request'}`,
      'p50 ms',
      'p99 ms',
      'load busy',
      'checked answers',
    ],
    rows: contestants.map((contestant, index) => rowOf(contestant, samples[name][index] ?? [], stream)),
  };
};

const startTable = (contestants: readonly Contestant[], starts: readonly Starts[]): Table => ({
  caption: `Start (process begun to first 200 received) and memory ${idleMs} ms later: median (min–max) of ${starts[0]?.startMs.length ?? 0}`,
  head: ['server', 'start ms', 'idle RSS MiB'],
  rows: contestants.map(({ label }, index) => [
    label,
    medianOf(starts[index]?.startMs ?? []),
    medianOf((starts[index]?.idleRssBytes ?? []).map(mebibytes)),
  ]),
});

const goals = [
  { workload: 'json', against: 'aimock', atLeast: 3 },
  { workload: 'stream', against: 'aimock', atLeast: 2.5 },
  { workload: 'json', against: 'bare', atLeast: 0.6 },
  { workload: 'stream', against: 'bare', atLeast: 0.85 },
] as const;

const goalFor = (contestants: readonly Contestant[], samples: Samples, { workload, against, atLeast }: (typeof goals)[number]): Goal => {
  const of = (name: Contestant['name'], value: (sample: Sample) => number): readonly number[] =>
    (samples[workload][contestants.findIndex((contestant) => contestant.name === name)] ?? []).map(value);
  const unit = workload === 'json' ? 'requests/s' : 'events/s';
  const what = `mocked upstream, ${unit} against ${against === 'aimock' ? 'aimock' : 'bare node:http'}`;
  const goal = `at least ${atLeast} times`;
  if (of(against, () => 0).length === 0) {
    return { what, goal, kind: 'speed', met: undefined, measured: `${aimock.name} could not be installed` };
  }
  const rate = (sample: Sample): number => (workload === 'json' ? sample.answersPerSecond : sample.eventsPerSecond);
  const ratios = ratiosOf(of('wireproof', rate), of(against, rate));
  const cpu = (sample: Sample): number => sample.cpuMicrosPerAnswer;
  const byCpu = median(ratiosOf(of(against, cpu), of('wireproof', cpu)));
  return {
    what,
    goal,
    kind: 'speed',
    met: median(ratios) >= atLeast,
    measured: `${medianOf(ratios)}; by server CPU time ${figure(byCpu)}`,
  };
};

const startGoal = (contestants: readonly Contestant[], starts: readonly Starts[]): Goal => {
  const of = (name: Contestant['name']): readonly number[] => starts[contestants.findIndex((one) => one.name === name)]?.startMs ?? [];
  const ratios = ratiosOf(of('wireproof'), of('bare'));
  return {
    what: 'mocked upstream, start to first answer against bare node:http',
    goal: 'at most 2 times',
    kind: 'speed',
    met: median(ratios) <= 2,
    measured: medianOf(ratios),
  };
};

const notesFor = (pinning: Pinning, missing: string | undefined): readonly string[] => [
  ...(missing === undefined
    ? []
    : [`**${aimock.name}@${aimock.version} could not be installed, so nothing is compared with it:** ${missing}`]),
  'Each server runs in a process of its own, all are up at once, and the loads take turns (A B C A B C …) after a warm-up that does not count. A ratio is taken within each round; the goal is judged by the median of the ratios.',
  'Closed loop over keep-alive connections by a load generator of our own on plain sockets. "load busy" is the share of time in which it was busy: near 1 the generator is the limit, and the ratio by server CPU time is the better guide.',
  'Every answer was checked, in status, framing, length and every byte; for aimock every byte but the ids and times it makes up, after its first answer had been parsed and compared with the text it was given. One wrong answer ends the run.',
  'bare node:http: reads the body, looks for `"stream":true` in it, sends prepared bytes with one `end(bytes)`; no matching, no journal. wireproof: `startMockUpstream()` of the published build with one scripted token per workload, journalling as always. aimock: its library with one fixed answer per message pattern, latency 0, log silent, four letters per event, journal as by default.',
  `The request has about 1 KB. Streams are ${eventsPerStream} events of about 200 (aimock) and 280 bytes (the others, whose events carry the fields of the real API).`,
  pinning.about,
];

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const installed = await installAimock(context);
  const contestants = contestantsIn(context.root, installed.folder);
  const pinning = pinLoad(process.pid);
  try {
    const starts = await measureStarts(contestants, context, pinning);
    const samples = await measureLoads(contestants, context, pinning);
    return {
      tables: [loadTable(contestants, 'json', samples), loadTable(contestants, 'stream', samples), startTable(contestants, starts)],
      goals: [...goals.map((goal) => goalFor(contestants, samples, goal)), startGoal(contestants, starts)],
      notes: notesFor(pinning, installed.missing),
      versions: { [aimock.name]: installed.folder === undefined ? 'not installed' : aimock.version },
    };
  } finally {
    pinning.release();
  }
};

export const measure: Measure = { name: 'mocked-upstream', title: 'Mocked upstream beside its peers', order: 2, run };
