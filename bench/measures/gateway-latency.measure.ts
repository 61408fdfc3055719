import type { ExpectedAnswer } from '../load/answer-check.ts';
import { firstBytes } from '../load/first-byte.ts';
import { type Cell, expectedFrom, firstRequestOf, requestOf, useOf } from '../gateway/cell.ts';
import { sameDialect, shortStream } from '../gateway/cells.ts';
import { direct } from '../gateway/direct.ts';
import { type Gateway, pipeFloor, wireproof } from '../gateway/gateways.ts';
import { gatewaysOf, installPeers, missingNotes, type Peer, versionsOf } from '../gateway/peers.ts';
import { type RunningGateway, startGateway } from '../gateway/start-gateway.ts';
import { startUpstream, type Upstream } from '../gateway/upstream.ts';
import type { Goal, Measure, MeasureContext, MeasureReport, Table } from '../measure.ts';
import { type Pinning, pinLoad } from '../pinning.ts';
import { median, quantile, ratiosOf } from '../statistics.ts';
import { mebibytes, medianOf } from '../wording.ts';
import { pauseOf } from '../pause.ts';

const idleMs = 500;

interface Series<Sample> {
  readonly label: string;
  readonly samples: readonly Sample[];
}

interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly answers: number;
}

const waitsOf = (ms: readonly number[]): Waits => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), answers: ms.length });

interface Entrant {
  readonly label: string;
  readonly running: RunningGateway;
  readonly cell: Cell;
  readonly expected: ExpectedAnswer;
}

interface Bench {
  readonly upstream: Upstream;
  readonly context: MeasureContext;
  readonly pinning: Pinning;
}

const startOne = async (gateway: Gateway, cell: Cell, { upstream, context, pinning }: Bench): Promise<RunningGateway> => {
  await upstream.use(useOf(cell, gateway));
  return startGateway(gateway, upstream, firstRequestOf(cell), context, pinning.serverPrefix);
};

const entrantsOf = async (running: readonly RunningGateway[], { upstream }: Bench): Promise<readonly Entrant[]> => {
  const entrants: Entrant[] = [];
  const enter = async (one: RunningGateway, cell: Cell, label: string): Promise<void> => {
    entrants.push({ label, running: one, cell, expected: await expectedFrom(one, cell, upstream) });
  };
  for (const one of running) {
    await enter(one, shortStream('openai-chat'), one.gateway.label);
    if (one.gateway.name === 'wireproof') await enter(one, shortStream('anthropic-messages'), 'wireproof, Messages to Chat Completions');
  }
  return entrants;
};

const waitOnce = async ({ running, cell, expected, label }: Entrant, times: number, { upstream, context }: Bench): Promise<Waits> => {
  await upstream.use(useOf(cell, running.gateway));
  const request = requestOf(running, cell);
  const ms = await firstBytes({ port: running.port, request, expected, times, signal: context.signal }).catch((error: unknown) => {
    throw new Error(`${label}: ${(error as Error).message}`, { cause: error });
  });
  return waitsOf(ms);
};

const measureFirstBytes = async (gateways: readonly Gateway[], bench: Bench): Promise<readonly Series<Waits>[]> => {
  const { upstream, context } = bench;
  await upstream.prepare(shortStream('openai-chat').answer);
  const running: RunningGateway[] = [];
  try {
    for (const gateway of gateways) running.push(await startOne(gateway, shortStream('openai-chat'), bench));
    const entrants = await entrantsOf([...running, direct(upstream)], bench);
    const { warmUp, times, rounds } = context.quick ? { warmUp: 200, times: 60, rounds: 3 } : { warmUp: 3_000, times: 300, rounds: 15 };
    context.progress(`first byte: ${rounds} rounds of ${times} streams, one after another`);
    for (const entrant of entrants) await waitOnce(entrant, warmUp, bench);
    const samples: Waits[][] = entrants.map(() => []);
    for (let round = 0; round < rounds; round += 1)
      for (const [index, entrant] of entrants.entries()) samples[index]?.push(await waitOnce(entrant, times, bench));
    return entrants.map(({ label }, index) => ({ label, samples: samples[index] ?? [] }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
};

interface Start {
  readonly startMs: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
}

const startOnce = async (gateway: Gateway, bench: Bench): Promise<Start> => {
  const running = await startOne(gateway, sameDialect(1, 1), bench);
  const cpuMs = running.cpuMicros() / 1_000;
  await pauseOf(idleMs);
  const rssBytes = running.rssBytes();
  await running.stop();
  return { startMs: running.startMs, cpuMs, rssBytes };
};

const measureStarts = async (gateways: readonly Gateway[], bench: Bench): Promise<readonly Series<Start>[]> => {
  const { upstream, context } = bench;
  await upstream.prepare(sameDialect(1, 1).answer);
  const samples: Start[][] = gateways.map(() => []);
  const rounds = context.quick ? 2 : 7;
  context.progress(`start: ${rounds} rounds`);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, gateway] of gateways.entries()) samples[index]?.push(await startOnce(gateway, bench));
  return gateways.map(({ label }, index) => ({ label, samples: samples[index] ?? [] }));
};

const samplesOf = <Sample>(series: readonly Series<Sample>[], label: string): readonly Sample[] =>
  series.find((one) => one.label === label)?.samples ?? [];

const goalsOf = (waits: readonly Series<Waits>[], starts: readonly Series<Start>[]): readonly Goal[] => {
  const ours = wireproof().label;
  const floor = pipeFloor.label;
  const floorWaits = samplesOf(waits, floor);
  const later = samplesOf(waits, ours).map(({ p50 }, round) => p50 - (floorWaits[round]?.p50 ?? Number.NaN));
  const ratioOf = (value: (start: Start) => number): readonly number[] =>
    ratiosOf(samplesOf(starts, ours).map(value), samplesOf(starts, floor).map(value));
  const start = ratioOf(({ startMs }) => startMs);
  const byCpu = ratioOf(({ cpuMs }) => cpuMs);
  const rss = ratioOf(({ rssBytes }) => rssBytes);
  return [
    {
      what: "first byte of a stream, one request at a time, p50 over the floor's",
      goal: 'at most 0.3 ms',
      kind: 'speed',
      met: median(later) <= 0.3,
      measured: medianOf(later, 'ms'),
    },
    {
      what: 'proxy: start to first answer, against the floor',
      goal: 'at most 1.3 times',
      kind: 'speed',
      met: median(start) <= 1.3,
      measured: `${medianOf(start)}; by CPU time ${medianOf(byCpu)}`,
    },
    {
      what: 'proxy: idle RSS against the floor',
      goal: 'at most 1.3 times',
      kind: 'speed',
      met: median(rss) <= 1.3,
      measured: medianOf(rss),
    },
  ];
};

const waitTable = (waits: readonly Series<Waits>[]): Table => ({
  caption: `Request sent to first byte of the stream's body, one request at a time: median (min–max) of ${waits[0]?.samples.length ?? 0} rounds`,
  head: ['server', 'p50 ms', 'p99 ms', 'checked answers'],
  rows: waits.map(({ label, samples }) => [
    label,
    medianOf(samples.map(({ p50 }) => p50)),
    medianOf(samples.map(({ p99 }) => p99)),
    String(samples.reduce((sum, { answers }) => sum + answers, 0)),
  ]),
});

const startTable = (starts: readonly Series<Start>[]): Table => ({
  caption: `Start (process begun to first right answer through it) and memory ${idleMs} ms later: median (min–max) of ${starts[0]?.samples.length ?? 0}`,
  head: ['server', 'start ms', 'CPU ms', 'idle RSS MiB'],
  rows: starts.map(({ label, samples }) => [
    label,
    medianOf(samples.map(({ startMs }) => startMs)),
    medianOf(samples.map(({ cpuMs }) => cpuMs)),
    medianOf(samples.map(({ rssBytes }) => mebibytes(rssBytes))),
  ]),
});

const notesFor = (peers: readonly Peer[], pinning: Pinning): readonly string[] => [
  ...missingNotes(peers),
  'First byte: one connection, the next request when the last answer has ended; every answer was checked in every byte. The difference to the floor is taken within each round.',
  'Portkey is left out of the streams: as installed it answers every one with 500 on this version of Node (its issues 1389 and 1550).',
  'Start: the proxy as `wireproof proxy --config FILE`, asked every 3 ms until it listens. RSS and CPU time are those of the whole process tree.',
  pinning.about,
];

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const peers = await installPeers(context);
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  const bench: Bench = { upstream, context, pinning };
  try {
    // No goal compares with a peer here.
    const others = (names: readonly ('portkey' | 'llms')[]): readonly Gateway[] => gatewaysOf(peers, context.quick ? [] : names);
    const waits = await measureFirstBytes([pipeFloor, wireproof(), ...others(['llms'])], bench);
    const starts = await measureStarts([pipeFloor, wireproof(), ...others(['portkey', 'llms'])], bench);
    return {
      tables: [waitTable(waits), startTable(starts)],
      goals: goalsOf(waits, starts),
      notes: notesFor(peers, pinning),
      versions: versionsOf(peers),
    };
  } finally {
    await upstream.stop();
    pinning.release();
  }
};

export const measure: Measure = { name: 'gateway-latency', title: 'The proxy one request at a time, and its start', order: 9, run };
