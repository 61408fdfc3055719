/** The geometry of a chart of percentiles over time: numbers and paths, no markup. */
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';

import type { SeriesPoint } from '../../history/store.ts';
import { clockText, day, dayText, latencyText } from '../words.ts';

/** Which percentiles of a point are drawn. */
export type Measured = 'latency' | 'firstByte';

interface Span {
  readonly from: number;
  readonly to: number;
  readonly points: readonly SeriesPoint[];
  readonly widthMs: number;
}

export interface ChartShape {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly p50: string;
  readonly p95: string;
  /** Between p50 and p95. */
  readonly band: string;
  /** A point alone has no line. */
  readonly dots: readonly { readonly x: number; readonly y: number; readonly kind: 'p50' | 'p95' }[];
  readonly xTicks: readonly { readonly x: number; readonly text: string; readonly anchor: 'middle' | 'end' }[];
  readonly yTicks: readonly { readonly y: number; readonly text: string }[];
  /** Where something failed. */
  readonly failures: readonly { readonly x: number; readonly width: number }[];
}

const margin = { left: 56, right: 12, top: 10, bottom: 28 };

interface Drawn {
  readonly at: number;
  readonly p50: number;
  readonly p95: number;
  /** False: the next point does not follow on this one, and no line joins them. */
  readonly present: boolean;
}

/** With a hole where a point is missing. */
const drawnOf = ({ points, widthMs }: Span, measured: Measured): readonly Drawn[] => {
  const drawn: Drawn[] = [];
  let before: number | undefined;
  for (const point of points) {
    const values = point[measured];
    if (values === undefined) continue;
    const at = point.at + widthMs / 2;
    if (before !== undefined && point.at - before > 1.5 * widthMs) drawn.push({ at, p50: 0, p95: 0, present: false });
    drawn.push({ at, p50: values.p50, p95: values.p95, present: true });
    before = point.at;
  }
  return drawn;
};

/** A label whose middle is nearer to the edge than this ends there, instead of being cut. */
const halfLabel = 20;

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Points without a neighbour on either side. */
const alone = (drawn: readonly Drawn[]): readonly Drawn[] =>
  drawn.filter((one, index) => one.present && drawn[index - 1]?.present !== true && drawn[index + 1]?.present !== true);

/** Numbers of a path with one decimal: a tenth of a pixel is not seen. */
const pathOf = (path: string | null): string => (path ?? '').replace(/-?\d+\.\d+/g, (number) => String(rounded(Number(number))));

/** Whether any point has something to draw. */
export const hasFigures = ({ points }: Pick<Span, 'points'>, measured: Measured): boolean =>
  points.some((point) => point[measured] !== undefined);

export const chartShape = (span: Span, measured: Measured, size: { readonly width: number; readonly height: number }): ChartShape => {
  const drawn = drawnOf(span, measured);
  const right = size.width - margin.right;
  const bottom = size.height - margin.bottom;
  const x = scaleUtc()
    .domain([new Date(span.from), new Date(span.to)])
    .range([margin.left, right]);
  const highest = Math.max(1, ...drawn.map(({ p95 }) => p95));
  const y = scaleLinear().domain([0, highest]).nice(4).range([bottom, margin.top]);
  const curve = (kind: 'p50' | 'p95') =>
    line<Drawn>()
      .defined(({ present }) => present)
      .x(({ at }) => x(at))
      .y((one) => y(one[kind]));
  const between = area<Drawn>()
    .defined(({ present }) => present)
    .x(({ at }) => x(at))
    .y0(({ p50 }) => y(p50))
    .y1(({ p95 }) => y(p95));
  const long = span.to - span.from > 2 * day;
  return {
    ...size,
    left: margin.left,
    right,
    top: margin.top,
    bottom,
    p50: pathOf(curve('p50')([...drawn])),
    p95: pathOf(curve('p95')([...drawn])),
    band: pathOf(between([...drawn])),
    dots: alone(drawn).flatMap(({ at, ...one }) =>
      (['p50', 'p95'] as const).map((kind) => ({ x: rounded(x(at)), y: rounded(y(one[kind])), kind })),
    ),
    xTicks: x.ticks(size.width < 500 ? 3 : 7).map((date) => ({
      x: rounded(x(date)),
      text: long ? dayText(date.getTime()) : clockText(date.getTime()),
      anchor: x(date) > size.width - halfLabel ? ('end' as const) : ('middle' as const),
    })),
    yTicks: y.ticks(4).map((value) => ({ y: rounded(y(value)), text: value === 0 ? '0' : latencyText(value) })),
    failures: span.points
      .filter(({ fail }) => fail > 0)
      .map(({ at }) => ({ x: rounded(x(at)), width: Math.max(2, rounded(x(at + span.widthMs) - x(at)) - 1) })),
  };
};
