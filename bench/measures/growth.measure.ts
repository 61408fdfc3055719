import { closedLoop } from '../load/closed-loop.ts';
import { type Cell, expectedFrom, firstRequestOf, requestOf, useOf } from '../gateway/cell.ts';
import { longStream, sameDialect } from '../gateway/cells.ts';
import { costPerByte, type SizedCost } from '../gateway/cost-per-byte.ts';
import { type Gateway, pipeFloor, wireproof } from '../gateway/gateways.ts';
import { type RunningGateway, startGateway } from '../gateway/start-gateway.ts';
import { kilobyte } from '../gateway/traffic.ts';
import { startUpstream, type Upstream } from '../gateway/upstream.ts';
import type { Goal, Measure, MeasureContext, MeasureReport, Table } from '../measure.ts';
import { type Pinning, pinLoad } from '../pinning.ts';
import { median } from '../statistics.ts';
import { figure, mebibytes, medianOf } from '../wording.ts';

interface Bench {
  readonly upstream: Upstream;
  readonly context: MeasureContext;
  readonly pinning: Pinning;
}

const startOne = async (gateway: Gateway, cell: Cell, { upstream, context, pinning }: Bench): Promise<RunningGateway> => {
  await upstream.prepare(cell.answer);
  await upstream.use(useOf(cell, gateway));
  return startGateway(gateway, upstream, firstRequestOf(cell), context, pinning.serverPrefix);
};

/** A load that ends when it has been going for the time; every connection gets one answer at least. */
const loadFor = async (running: RunningGateway, cell: Cell, { upstream, context }: Bench) => {
  await upstream.prepare(cell.answer);
  const expected = await expectedFrom(running, cell, upstream);
  const request = requestOf(running, cell);
  return async (forMs: number): Promise<{ readonly answers: number; readonly cpuMicros: number }> => {
    await upstream.use(useOf(cell, running.gateway));
    const before = running.cpuMicros();
    const load = { port: running.port, request, expected, connections: cell.connections, forMs, signal: context.signal };
    const { answers } = await closedLoop(load).catch((error: unknown) => {
      throw new Error(`${running.gateway.label}, ${cell.id}: ${(error as Error).message}`, { cause: error });
    });
    return { answers, cpuMicros: (running.cpuMicros() - before) / answers };
  };
};

// Bodies

const allKilobytes = [1, 16, 64, 250, 1_024, 4 * 1_024, 25 * 1_024] as const;
/** The largest takes half a minute with all its checks. */
const quickKilobytes = [1, 250, 1_024, 4 * 1_024] as const;
const sizesFor = ({ quick }: MeasureContext): readonly number[] => (quick ? quickKilobytes : allKilobytes);
/** From here on what a request costs whatever its size is small beside the rest. */
const judgedFromKilobytes = 250;

interface BodySeries {
  readonly label: string;
  readonly kilobytes: readonly number[];
  /** CPU time per request, by size and round. */
  readonly micros: readonly (readonly number[])[];
}

const measureBodies = async (gateway: Gateway, bench: Bench): Promise<BodySeries> => {
  const { context } = bench;
  const kilobytes = sizesFor(context);
  const cells = kilobytes.map((size) => sameDialect(size, 2));
  const running = await startOne(gateway, sameDialect(1, 2), bench);
  try {
    const loads = [];
    for (const cell of cells) loads.push(await loadFor(running, cell, bench));
    const { rounds, forMs, warmUpMs } = context.quick
      ? { rounds: 1, forMs: 200, warmUpMs: 200 }
      : { rounds: 5, forMs: 500, warmUpMs: 1_000 };
    for (const load of loads) await load(warmUpMs);
    const micros: number[][] = cells.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      context.progress(`${gateway.label}: bodies, round ${round + 1} of ${rounds}`);
      for (const [index, load] of loads.entries()) micros[index]?.push((await load(forMs)).cpuMicros);
    }
    return { label: gateway.label, kilobytes, micros };
  } finally {
    await running.stop();
  }
};

const costsOf = ({ kilobytes, micros }: BodySeries): readonly SizedCost[] =>
  kilobytes.map((size, index) => ({ bytes: size * kilobyte, micros: median(micros[index] ?? []) }));

const sizeText = (kilobytes: number): string => (kilobytes < 1_024 ? `${kilobytes} KB` : `${kilobytes / 1_024} MB`);

const bodyTable = (series: readonly BodySeries[]): Table => ({
  caption: 'CPU time per request by the size of its body, Chat Completions to Chat Completions, 2 connections',
  head: ['size', ...series.flatMap(({ label }) => [`${label}: µs per request`, 'µs per KB beyond the first'])],
  rows: (series[0]?.kilobytes ?? []).map((size, index) => [
    sizeText(size),
    ...series.flatMap((one) => [
      medianOf(one.micros[index] ?? []),
      index === 0 ? '–' : figure((costPerByte(costsOf(one))[index] ?? Number.NaN) * kilobyte),
    ]),
  ]),
});

const bodyGoal = (ours: BodySeries): Goal => {
  const perByte = costPerByte(costsOf(ours)).filter((_, index) => (ours.kilobytes[index] ?? 0) >= judgedFromKilobytes);
  const middle = median(perByte);
  const off = perByte.map((one) => Math.abs(one / middle - 1));
  return {
    what: `time per byte of a body, ${sizeText(judgedFromKilobytes)} to ${sizeText(ours.kilobytes.at(-1) ?? 0)}, without what a request of 1 KB costs`,
    goal: 'within 20 % of the median',
    kind: 'speed',
    met: Math.max(...off) <= 0.2,
    measured: `within ${figure(Math.max(...off) * 100)} %`,
    traffic: 'same-dialect-250kb-c16',
  };
};

// Events

const allCounts = [104, 1_004, 10_004, 100_004] as const;
const countsFor = ({ quick }: MeasureContext): readonly number[] => (quick ? [104, 10_004] : allCounts);
const fewest = allCounts[0];

interface EventSeries {
  readonly label: string;
  readonly counts: readonly number[];
  /** The most memory held, by number of events per stream and round. */
  readonly peakBytes: readonly (readonly number[])[];
}

const dialects = [
  { dialect: 'openai-chat', about: 'Chat Completions to Chat Completions' },
  { dialect: 'anthropic-messages', about: 'Messages to Chat Completions' },
] as const;

const peakWith = async (running: RunningGateway, cell: Cell, forMs: number, bench: Bench): Promise<number> => {
  const load = await loadFor(running, cell, bench);
  running.forgetPeak();
  await load(forMs);
  return running.peakRssBytes();
};

const measureEvents = async ({ dialect, about }: (typeof dialects)[number], bench: Bench): Promise<EventSeries> => {
  const { quick, progress } = bench.context;
  const counts = countsFor(bench.context);
  const peakBytes: number[][] = counts.map(() => []);
  for (let round = 0; round < (quick ? 1 : 2); round += 1) {
    progress(`${about}: long streams, round ${round + 1}`);
    const cells = counts.map((events) => longStream(dialect, events, 2));
    const running = await startOne(wireproof(), longStream(dialect, fewest, 2), bench);
    try {
      await (
        await loadFor(running, longStream(dialect, fewest, 2), bench)
      )(quick ? 300 : 3_000);
      for (const [index, cell] of cells.entries()) peakBytes[index]?.push(await peakWith(running, cell, quick ? 200 : 2_000, bench));
    } finally {
      await running.stop();
    }
  }
  return { label: about, counts, peakBytes };
};

const eventTable = (series: readonly EventSeries[]): Table => ({
  caption: 'Peak memory of the proxy by the length of the streams, 2 at once',
  head: ['events per stream', ...series.map(({ label }) => `${label}: peak RSS MiB`)],
  rows: (series[0]?.counts ?? []).map((events, index) => [
    String(events),
    ...series.map(({ peakBytes }) => medianOf((peakBytes[index] ?? []).map(mebibytes))),
  ]),
});

const eventGoal = ({ label, counts, peakBytes }: EventSeries): Goal => {
  const [short, long] = [median(peakBytes[0] ?? []), median(peakBytes.at(-1) ?? [])];
  return {
    what: `${label}: peak memory with ${counts.at(-1)} events per stream against ${counts[0]}`,
    goal: 'at most 1.2 times',
    kind: 'speed',
    met: long / short <= 1.2,
    measured: figure(long / short),
  };
};

// Models

const modelCounts = [10, 100, 1_000, 10_000] as const;

const measureModels = async (bench: Bench): Promise<readonly (readonly number[])[]> => {
  const { context } = bench;
  const cell = sameDialect(1, 16);
  const running: RunningGateway[] = [];
  try {
    for (const models of modelCounts) running.push(await startOne(wireproof(models - 1), cell, bench));
    const loads = [];
    for (const one of running) loads.push(await loadFor(one, cell, bench));
    const { rounds, forMs, warmUpMs } = context.quick
      ? { rounds: 2, forMs: 150, warmUpMs: 400 }
      : { rounds: 9, forMs: 500, warmUpMs: 3_000 };
    context.progress(`models in the inventory: ${rounds} rounds`);
    for (const load of loads) await load(warmUpMs);
    const micros: number[][] = loads.map(() => []);
    for (let round = 0; round < rounds; round += 1)
      for (const [index, load] of loads.entries()) micros[index]?.push((await load(forMs)).cpuMicros);
    return micros;
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
};

const modelTable = (micros: readonly (readonly number[])[]): Table => ({
  caption: 'CPU time per request of 1 KB by the number of models in the inventory, 16 connections, the model asked for is the last one',
  head: ['models', 'µs per request'],
  rows: modelCounts.map((models, index) => [String(models), medianOf(micros[index] ?? [])]),
});

const modelGoal = (micros: readonly (readonly number[])[]): Goal => {
  const ratios = (micros.at(-1) ?? []).map((many, round) => many / (micros[0]?.[round] ?? Number.NaN));
  return {
    what: 'CPU time per request with 10,000 models against 10',
    goal: 'at most 1.2 times',
    kind: 'speed',
    met: median(ratios) <= 1.2,
    measured: medianOf(ratios),
  };
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  const bench: Bench = { upstream, context, pinning };
  try {
    const ours = await measureBodies(wireproof(), bench);
    const floor = await measureBodies(pipeFloor, bench);
    const events: EventSeries[] = [];
    for (const one of dialects) events.push(await measureEvents(one, bench));
    const models = await measureModels(bench);
    return {
      tables: [bodyTable([ours, floor]), eventTable(events), modelTable(models)],
      goals: [bodyGoal(ours), ...events.map(eventGoal), modelGoal(models)],
      notes: [
        'Figures are CPU time of the proxy and not time passed: the machine may be busy. What a request costs whatever its size is taken to be what one of 1 KB costs; the rest divided by the further bytes is the cost per byte. Judged from 250 KB on, where that part is small.',
        'Peak memory is the most that was held at any moment of the load (`VmHWM`, forgotten before each), after a warm-up in the same process. All streams of the table are read, and checked in every byte, as fast as the load can.',
        'Every answer and every request was checked in every byte, as in the other measures of the proxy.',
        pinning.about,
      ],
    };
  } finally {
    await upstream.stop();
    pinning.release();
  }
};

export const measure: Measure = { name: 'growth', title: 'What the proxy costs when there is more of something', order: 10, run };
