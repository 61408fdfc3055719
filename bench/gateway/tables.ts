import type { Goal, Table } from '../measure.ts';
import { median, quantile, ratiosOf } from '../statistics.ts';
import { figure, mebibytes, medianOf } from '../wording.ts';
import type { Cell } from './cell.ts';
import type { Measured, Sample } from './rounds.ts';

const rateOf = ({ answersPerSecond }: Sample): number => answersPerSecond;
const cpuOf = ({ cpuMicrosPerAnswer }: Sample): number => cpuMicrosPerAnswer;

const ratio = (ours: Measured, theirs: Measured, value: (sample: Sample) => number): readonly number[] =>
  ratiosOf(ours.samples.map(value), theirs.samples.map(value));

const named = (measured: readonly Measured[], name: string): Measured | undefined => measured.find(({ gateway }) => gateway.name === name);

const ownNames = new Set(['wireproof', 'floor-pipe', 'floor-parse', 'direct']);

/** Other people's gateway that answers most. */
const bestPeerIn = (measured: readonly Measured[]): Measured | undefined =>
  measured
    .filter(({ gateway }) => !ownNames.has(gateway.name))
    .toSorted((a, b) => median(b.samples.map(rateOf)) - median(a.samples.map(rateOf)))[0];

const rowOf = (one: Measured, floor: Measured, bestPeer: Measured | undefined, events: number): readonly string[] => {
  const { samples } = one;
  const direct = one.gateway.name === 'direct';
  const of = (value: (sample: Sample) => number): string => medianOf(samples.map(value));
  return [
    one.gateway.label,
    of(rateOf),
    one === floor ? '1' : figure(median(ratio(one, floor, rateOf))),
    ...(bestPeer === undefined ? [] : [one === bestPeer ? '1' : figure(median(ratio(one, bestPeer, rateOf)))]),
    ...(events > 0 ? [of(({ eventsPerSecond }) => eventsPerSecond)] : []),
    direct ? '–' : of((sample) => cpuOf(sample) / Math.max(1, events)),
    of(({ latenciesMs }) => quantile(latenciesMs, 0.5)),
    of(({ latenciesMs }) => quantile(latenciesMs, 0.99)),
    direct ? '–' : figure(mebibytes(Math.max(...samples.map(({ peakRssBytes }) => peakRssBytes)))),
    figure(median(samples.map(({ generatorBusy }) => generatorBusy))),
    String(samples.reduce((sum, { answers }) => sum + answers, 0)),
  ];
};

/** Every gateway in one cell; the first one is the floor that ratios are taken of. */
export const cellTable = (cell: Cell, measured: readonly Measured[]): Table => {
  const [floor] = measured;
  const { events } = cell.says;
  const bestPeer = bestPeerIn(measured);
  return {
    caption: `${cell.caption}, ${cell.connections} connections: median (min–max) over ${floor?.samples.length ?? 0} rounds`,
    head: [
      'server',
      events > 0 ? 'streams/s' : 'requests/s',
      'of the floor',
      ...(bestPeer === undefined ? [] : ['of the best peer']),
      ...(events > 0 ? ['events/s'] : []),
      `CPU µs per ${events > 0 ? 'event' : 'request'}`,
      'p50 ms',
      'p99 ms',
      'peak RSS MiB',
      'load busy',
      'checked answers',
    ],
    rows: floor === undefined ? [] : measured.map((one) => rowOf(one, floor, bestPeer, events)),
  };
};

export interface RateGoal {
  /** What is compared. */
  readonly what: string;
  /** The gateway that ours is compared with. */
  readonly against: string;
  readonly atLeast: number;
  /** Why it is not there, if so. */
  readonly missing?: string | undefined;
}

/** Answers per second against another's, by the median of the ratios of each round; the ratio of processor time beside it. */
export const rateGoal = (measured: readonly Measured[], { what, against, atLeast, missing }: RateGoal): Goal => {
  const [ours, theirs] = [named(measured, 'wireproof'), named(measured, against)];
  const goal = `at least ${atLeast} times`;
  if (ours === undefined || theirs === undefined) return { what, goal, kind: 'speed', met: undefined, measured: missing ?? 'not measured' };
  const rates = ratio(ours, theirs, rateOf);
  const [byClock, byCpu] = [median(rates), median(ratio(theirs, ours, cpuOf))];
  const measuredText = `${medianOf(rates)}; by CPU time ${figure(byCpu)}`;
  const votes = { bound: atLeast, better: 'more', byClock, byCpu } as const;
  return { what, goal, kind: 'speed', met: byClock >= atLeast, measured: measuredText, votes };
};

/** Processor time per answer or event against another's. */
export const cpuGoal = (measured: readonly Measured[], what: string, against: string, atMost: number): Goal => {
  const [ours, theirs] = [named(measured, 'wireproof'), named(measured, against)];
  const goal = `at most ${atMost} times`;
  if (ours === undefined || theirs === undefined) return { what, goal, kind: 'speed', met: undefined, measured: 'not measured' };
  const ratios = ratio(ours, theirs, cpuOf);
  const byCpu = median(ratios);
  return { what, goal, kind: 'speed', met: byCpu <= atMost, measured: medianOf(ratios), votes: { bound: atMost, better: 'less', byCpu } };
};
