import type { ResultRecord, Verdict } from '../engine/records.ts';
import { paletteFor } from './palette.ts';
import type { Reporter, ReporterOutput } from './reporter.ts';
import { cellOf } from './words.ts';

const clearLine = '\r\x1b[2K';

const tally = (counts: ReadonlyMap<Verdict, number>): readonly (readonly [Verdict, string])[] =>
  [...counts].map(([verdict, count]) => [verdict, `${count} ${verdict}`] as const);

/**
 * One line on a terminal, rewritten after each result: done/planned, counts by verdict, and what was judged last.
 * It is gone when the run ends. Cut to the terminal's width, because a wrapped line cannot be rewritten.
 */
export const liveLine = ({ out, columns, colours }: Pick<ReporterOutput, 'out' | 'columns' | 'colours'>): Reporter => {
  const paint = paletteFor(colours);
  const counts = new Map<Verdict, number>();
  let planned = 0;
  let done = 0;
  const draw = (result: ResultRecord): void => {
    const head = `${done}/${planned} `;
    const parts = tally(counts);
    const plain = `${head}${parts.map(([, text]) => text).join(' ')}`;
    const tail = ` ${result.scenario} ${result.arm} ${cellOf(result)}`.slice(0, Math.max(0, columns - 1 - plain.length));
    const coloured = parts.map(([verdict, text]) => paint.verdict[verdict](text)).join(' ');
    out(plain.length < columns ? `${clearLine}${head}${coloured}${paint.dim(tail)}` : `${clearLine}${plain.slice(0, columns - 1)}`);
  };
  return {
    onRunStart: (start) => {
      planned = start.planned;
      out(`0/${planned}`);
    },
    onResult: (result) => {
      done += 1;
      counts.set(result.verdict, (counts.get(result.verdict) ?? 0) + 1);
      draw(result);
    },
    onRunEnd: () => out(clearLine),
  };
};
