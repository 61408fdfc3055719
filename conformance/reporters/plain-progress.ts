import { isNotRun } from '../engine/not-run.ts';
import type { ResultRecord, Verdict } from '../engine/records.ts';
import { printable } from './printable.ts';
import type { Reporter, ReporterOutput } from './reporter.ts';
import { cellOf, reasonOf } from './words.ts';

/** What is unsupported, and what a run that bailed left, comes grouped at the end. */
const isNews = (result: ResultRecord): boolean => !['pass', 'unsupported'].includes(result.verdict) && !isNotRun(result);

/** Progress for a log: a line per result that went wrong, and a count at every tenth of the run. */
export const plainProgress = ({ out }: Pick<ReporterOutput, 'out'>): Reporter => {
  const counts = new Map<Verdict, number>();
  let planned = 0;
  let done = 0;
  const isTenth = (): boolean => Math.floor((done * 10) / planned) > Math.floor(((done - 1) * 10) / planned);
  return {
    onRunStart: (start) => {
      planned = Math.max(1, start.planned);
    },
    onResult: (result) => {
      done += 1;
      counts.set(result.verdict, (counts.get(result.verdict) ?? 0) + 1);
      if (isNews(result)) {
        const why = result.verdict === 'fail' ? '' : ` (${printable(reasonOf(result))})`;
        out(`${result.verdict}: ${result.scenario} ${result.arm} ${cellOf(result)}${why}\n`);
      }
      if (isTenth()) out(`${done}/${planned}: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}\n`);
    },
  };
};
