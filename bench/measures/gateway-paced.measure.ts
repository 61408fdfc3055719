import { type AtOnce, eventsFor, type PacedSample, runAtOnce, startFor } from '../gateway/at-once.ts';
import type { Cell } from '../gateway/cell.ts';
import { paced } from '../gateway/cells.ts';
import { direct, directLabel } from '../gateway/direct.ts';
import { type Gateway, pipeFloor, wireproof } from '../gateway/gateways.ts';
import { gatewaysOf, installPeers, missingNotes, versionsOf } from '../gateway/peers.ts';
import type { RunningGateway } from '../gateway/start-gateway.ts';
import { startUpstream, type Upstream } from '../gateway/upstream.ts';
import type { Goal, Measure, MeasureContext, MeasureReport, Table } from '../measure.ts';
import { type Pinning, pinLoad } from '../pinning.ts';
import { median, quantile, ratiosOf } from '../statistics.ts';
import { figure, mebibytes, medianOf } from '../wording.ts';

/** 200 streams of 50 events a second each. */
const pacedAtOnce = (quick: boolean): AtOnce => ({
  streams: 200,
  everyMs: 20,
  beginWithinMs: quick ? 500 : 1_000,
  forMs: quick ? 500 : 2_000,
});
/** So slow that a thousand are no more work than the 200 above are: here it is memory that counts. */
const slow = (streams: number, quick: boolean): AtOnce => ({
  streams,
  everyMs: 100,
  beginWithinMs: quick ? 1_000 : 3_000,
  forMs: quick ? 500 : 2_000,
});
const few = 200;
const many = 1_000;

interface Series {
  readonly label: string;
  readonly samples: readonly PacedSample[];
}

interface Entrant {
  readonly label: string;
  readonly running: RunningGateway;
  readonly cell: Cell;
}

const measurePaced = async (
  gateways: readonly Gateway[],
  upstream: Upstream,
  context: MeasureContext,
  pinning: Pinning,
): Promise<readonly Series[]> => {
  const atOnce = pacedAtOnce(context.quick);
  const same = paced('openai-chat', eventsFor(atOnce), atOnce.everyMs);
  const translated = paced('anthropic-messages', eventsFor(atOnce), atOnce.everyMs);
  const running: RunningGateway[] = [];
  try {
    for (const gateway of gateways) running.push(await startFor(gateway, same, upstream, context, pinning.serverPrefix));
    const entrants: Entrant[] = [...running, direct(upstream)].flatMap((one) => [
      { label: one.gateway.label, running: one, cell: same },
      ...(one.gateway.name === 'wireproof' ? [{ label: 'wireproof, Messages to Chat Completions', running: one, cell: translated }] : []),
    ]);
    const samples: PacedSample[][] = entrants.map(() => []);
    const rounds = context.quick ? 1 : 5;
    const warmUp = { ...atOnce, streams: 50 };
    for (const { running, cell } of context.quick ? [] : entrants) await runAtOnce(running, cell, warmUp, upstream, context.signal);
    for (let round = 0; round < rounds; round += 1) {
      context.progress(`${atOnce.streams} paced streams: round ${round + 1} of ${rounds}`);
      for (const [index, { running, cell }] of entrants.entries())
        samples[index]?.push(await runAtOnce(running, cell, atOnce, upstream, context.signal));
    }
    return entrants.map(({ label }, index) => ({ label, samples: samples[index] ?? [] }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
};

interface Growth {
  readonly label: string;
  readonly fewBytes: readonly number[];
  readonly manyBytes: readonly number[];
}

/** A fresh process each time: first the few streams, then the many. */
const measureGrowth = async (
  gateways: readonly Gateway[],
  upstream: Upstream,
  context: MeasureContext,
  pinning: Pinning,
): Promise<readonly Growth[]> => {
  const growth = gateways.map(({ label }) => ({ label, fewBytes: [] as number[], manyBytes: [] as number[] }));
  for (let round = 0; round < (context.quick ? 1 : 3); round += 1) {
    for (const [index, gateway] of gateways.entries()) {
      context.progress(`${gateway.label}: ${few}, then ${many} streams`);
      const atOnce = slow(many, context.quick);
      const cell = paced('openai-chat', eventsFor(atOnce), atOnce.everyMs);
      const running = await startFor(gateway, cell, upstream, context, pinning.serverPrefix);
      try {
        const [before, after] = [
          await runAtOnce(running, cell, slow(few, context.quick), upstream, context.signal),
          await runAtOnce(running, cell, atOnce, upstream, context.signal),
        ];
        growth[index]?.fewBytes.push(before.rssBytes);
        growth[index]?.manyBytes.push(after.rssBytes);
      } finally {
        await running.stop();
      }
    }
  }
  return growth;
};

const p99Of = ({ transitMs }: PacedSample): number => quantile(transitMs, 0.99);

const pacedTable = (series: readonly Series[], quick: boolean): Table => {
  const { streams, everyMs } = pacedAtOnce(quick);
  const offered = (streams * 1_000) / everyMs;
  return {
    caption: `${streams} streams at once, an event every ${everyMs} ms in each, so ${offered} events/s in all: median (min–max) of ${series[0]?.samples.length ?? 0}`,
    head: ['server', 'delivered events/s', 'sent to received p50 ms', 'p99 ms', 'CPU µs per event', 'RSS MiB', 'checked events'],
    rows: series.map(({ label, samples }) => {
      const isDirect = label === directLabel;
      return [
        label,
        medianOf(samples.map(({ eventsPerSecond }) => eventsPerSecond)),
        medianOf(samples.map(({ transitMs }) => quantile(transitMs, 0.5))),
        medianOf(samples.map(p99Of)),
        isDirect ? '–' : medianOf(samples.map(({ cpuMicrosPerEvent }) => cpuMicrosPerEvent)),
        isDirect ? '–' : medianOf(samples.map(({ rssBytes }) => mebibytes(rssBytes))),
        String(samples.reduce((sum, { events }) => sum + events, 0)),
      ];
    }),
  };
};

const perStream = ({ fewBytes, manyBytes }: Growth): readonly number[] =>
  manyBytes.map((bytes, index) => mebibytes(bytes - (fewBytes[index] ?? Number.NaN)) / (many - few));

const growthTable = (growth: readonly Growth[]): Table => ({
  caption: `Memory with ${few} and then ${many} streams at once, an event every 100 ms in each, fresh process each time: median (min–max) of ${growth[0]?.fewBytes.length ?? 0}`,
  head: ['server', `RSS MiB at ${few}`, `RSS MiB at ${many}`, 'MiB per further stream'],
  rows: growth.map((one) => [
    one.label,
    medianOf(one.fewBytes.map(mebibytes)),
    medianOf(one.manyBytes.map(mebibytes)),
    medianOf(perStream(one)),
  ]),
});

const named = <T extends { readonly label: string }>(all: readonly T[], label: string): T => {
  const one = all.find((each) => each.label === label);
  if (one === undefined) throw new Error(`${label} was not measured`);
  return one;
};

const goalsOf = (series: readonly Series[], growth: readonly Growth[], quick: boolean): readonly Goal[] => {
  const { streams, everyMs } = pacedAtOnce(quick);
  const [ours, floor] = [named(series, wireproof().label).samples, named(series, pipeFloor.label).samples];
  const of = (samples: readonly PacedSample[], value: (sample: PacedSample) => number): readonly number[] => samples.map(value);
  const delivered = ratiosOf(
    of(ours, ({ eventsPerSecond }) => eventsPerSecond),
    of(floor, ({ eventsPerSecond }) => eventsPerSecond),
  );
  const memory = ratiosOf(
    of(ours, ({ rssBytes }) => rssBytes),
    of(floor, ({ rssBytes }) => rssBytes),
  );
  const later = ours.map((sample, round) => p99Of(sample) - p99Of(floor[round] ?? sample));
  const further = perStream(named(growth, wireproof().label));
  const what = `${streams} streams at once, an event every ${everyMs} ms`;
  return [
    {
      what: `${what}: delivered, against the floor`,
      goal: 'at least 0.97 times',
      kind: 'speed',
      met: median(delivered) >= 0.97,
      measured: medianOf(delivered),
    },
    {
      what: `${what}: time from sent to received, p99, over the floor's`,
      goal: 'at most 2 ms',
      kind: 'speed',
      met: median(later) <= 2,
      measured: medianOf(later, 'ms'),
    },
    {
      what: `${what}: RSS against the floor`,
      goal: 'at most 1.4 times',
      kind: 'speed',
      met: median(memory) <= 1.4,
      measured: medianOf(memory),
    },
    {
      what: `memory per further stream, ${few} to ${many} at once`,
      goal: 'at most 0.12 MiB',
      kind: 'speed',
      met: median(further) <= 0.12,
      measured: medianOf(further, 'MiB'),
    },
    {
      what: `${many} streams at once, each complete and right`,
      goal: 'all',
      kind: 'correctness',
      met: true,
      measured: `all, ${figure(further.length)} times`,
    },
  ];
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const peers = await installPeers(context);
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  try {
    const series = await measurePaced(
      [pipeFloor, wireproof(), ...gatewaysOf(peers, context.quick ? [] : ['llms'])],
      upstream,
      context,
      pinning,
    );
    const growth = await measureGrowth([pipeFloor, wireproof()], upstream, context, pinning);
    return {
      tables: [pacedTable(series, context.quick), growthTable(growth)],
      goals: goalsOf(series, growth, context.quick),
      notes: [
        ...missingNotes(peers),
        'Every event carries its number and the time at which the upstream sent it, by the clock that all processes of a machine share; the load takes the time when it has received it. Counted is what arrives while all streams run; they begin one after another over a second (three for the thousand). The last row is the load on the upstream with nothing between.',
        'Every stream was read in full: every event once and in order, with the proper end. One that is not ends the run. RSS is the most that was seen while all streams ran.',
        'Portkey is left out: as installed it answers every stream with 500 on this version of Node (its issues 1389 and 1550).',
        pinning.about,
      ],
      versions: versionsOf(peers),
    };
  } finally {
    await upstream.stop();
    pinning.release();
  }
};

export const measure: Measure = { name: 'gateway-paced', title: 'Many paced streams through the proxy at once', order: 8, run };
