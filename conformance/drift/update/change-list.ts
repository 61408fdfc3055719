import { printable } from '../../reporters/printable.ts';
import { counted } from '../../reporters/words.ts';
import type { DriftReport } from '../drift-report.ts';

export interface UpdatedBaseline {
  /** Answers that were written, of so many requests. */
  readonly answers: number;
  readonly requests: number;
  /** Of all recordings of the baseline now; absent where it has none. */
  readonly seal?: string;
}

const subject = ({ counts: { breaking, additive, cosmetic } }: DriftReport): string =>
  breaking + additive + cosmetic === 0
    ? 'Upstream baseline: recorded again, nothing changed'
    : `Upstream baseline: ${breaking} breaking, ${additive} additive, ${cosmetic} cosmetic`;

/** A commit's message: what changed in one line, then each change with severity, id and path, the worst first, then what was written. */
export const changeList = (report: DriftReport, { answers, requests, seal }: UpdatedBaseline): string => {
  const changes = report.changes.map(({ severity, id, surface, path, what }) =>
    printable(`${severity.padEnd(8)}  ${id}  ${surface} ${path}: ${what}`),
  );
  return [
    subject(report),
    '',
    ...changes,
    ...(changes.length === 0 ? [] : ['']),
    `${counted(answers, 'answer')} to ${counted(requests, 'request')}`,
    ...(seal === undefined ? [] : [`seal of the recordings: ${seal}`]),
    '',
  ].join('\n');
};
