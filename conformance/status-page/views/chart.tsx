/** A chart of percentiles with its legend, and the same figures as a table. */
import type { SeriesPoint } from '../../history/store.ts';
import { day, dayText, clockText, latencyText } from '../words.ts';
import { chartShape, hasFigures, type ChartShape, type Measured } from './chart-shape.ts';
import { Wide } from './parts.tsx';

interface ChartProps {
  /** For ids; one of a kind on the page. */
  readonly id: string;
  readonly name: string;
  readonly measured: Measured;
  readonly span: { readonly from: number; readonly to: number; readonly widthMs: number; readonly points: readonly SeriesPoint[] };
  readonly rangeName: string;
}

/** Two sizes, of which the style shows one: text stays legible on a phone. */
const sizes = { broad: { width: 900, height: 230 }, slim: { width: 330, height: 200 } } as const;

const highest = (points: readonly SeriesPoint[], measured: Measured, percentile: 'p50' | 'p95'): number =>
  Math.max(...points.map((point) => point[measured]?.[percentile] ?? 0));

const sentenceOf = ({ span, measured, rangeName }: ChartProps): string => {
  const failing = span.points.filter(({ fail }) => fail > 0).length;
  const failures = failing === 0 ? 'no failures' : `failures in ${failing} of ${span.points.length} intervals`;
  return `Over ${rangeName}: the median was at most ${latencyText(highest(span.points, measured, 'p50'))}, the 95th percentile at most ${latencyText(highest(span.points, measured, 'p95'))}; ${failures}.`;
};

const Axes = ({ shape }: { readonly shape: ChartShape }) => (
  <g class="axes">
    {shape.yTicks.map(({ y, text }) => (
      <g key={text}>
        <path d={`M${shape.left} ${y}H${shape.right}`} />
        <text x={shape.left - 6} y={y} dy="0.32em" text-anchor="end">
          {text}
        </text>
      </g>
    ))}
    {shape.xTicks.map(({ x, text, anchor }) => (
      <text key={x} x={x} y={shape.bottom + 18} text-anchor={anchor}>
        {text}
      </text>
    ))}
  </g>
);

const Drawing = ({ chart, size }: { readonly chart: ChartProps; readonly size: keyof typeof sizes }) => {
  const shape = chartShape(chart.span, chart.measured, sizes[size]);
  const id = `${chart.id}-${size}`;
  return (
    <svg class={`chart ${size}`} role="img" viewBox={`0 0 ${shape.width} ${shape.height}`} aria-labelledby={`${id}-title ${id}-about`}>
      <title id={`${id}-title`}>{chart.name}</title>
      <desc id={`${id}-about`}>{sentenceOf(chart)}</desc>
      <Axes shape={shape} />
      <path class="band" d={shape.band} />
      <path class="p95" d={shape.p95} />
      <path class="p50" d={shape.p50} />
      {shape.dots.map(({ x, y, kind }) => (
        <circle key={`${kind}${x}`} class={kind} cx={x} cy={y} r="2.5" />
      ))}
      {shape.failures.map(({ x, width }) => (
        <rect key={x} class="failure" x={x} y={shape.bottom - 1} width={width} height="6" />
      ))}
    </svg>
  );
};

const percentileText = (point: SeriesPoint, measured: Measured, percentile: 'p50' | 'p95' | 'p99'): string =>
  latencyText(point[measured]?.[percentile]);

const FigureTable = ({ chart }: { readonly chart: ChartProps }) => {
  const long = chart.span.to - chart.span.from > 2 * day;
  const timeOf = (at: number): string => (long ? `${dayText(at)} ${clockText(at)}` : clockText(at));
  return (
    <Wide name={`Figures of ${chart.name}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">From (UTC)</th>
            {['median', 'p95', 'p99', 'passed', 'failed', 'other'].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.span.points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{timeOf(point.at)}</th>
              <td class="number">{percentileText(point, chart.measured, 'p50')}</td>
              <td class="number">{percentileText(point, chart.measured, 'p95')}</td>
              <td class="number">{percentileText(point, chart.measured, 'p99')}</td>
              <td class="number">{point.pass}</td>
              <td class="number">{point.fail}</td>
              <td class="number">{point.other}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
};

export const Chart = (chart: ChartProps) => {
  if (!hasFigures(chart.span, chart.measured))
    return (
      <figure class="chart-box">
        <figcaption>{chart.name}</figcaption>
        <p class="empty">No passing answer in these {chart.rangeName}.</p>
      </figure>
    );
  return (
    <figure class="chart-box">
      <figcaption>{chart.name}</figcaption>
      <p class="legend quiet" aria-hidden="true">
        <span>
          <i class="key line-p50" /> median
        </span>
        <span>
          <i class="key line-p95" /> 95th percentile
        </span>
        <span>
          <i class="key failure" /> something failed
        </span>
      </p>
      <Drawing chart={chart} size="broad" />
      <Drawing chart={chart} size="slim" />
      <details id={`${chart.id}-figures`}>
        <summary>Figures as a table</summary>
        <FigureTable chart={chart} />
      </details>
    </figure>
  );
};
