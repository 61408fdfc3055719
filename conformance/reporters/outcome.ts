import type { Report, ResultRecord } from '../engine/records.ts';
import { grouped } from './grouped.ts';
import { counted, exitMeaning } from './words.ts';

/** What a run came to, in a few words: for badges and headings. */
export interface Outcome {
  readonly text: string;
  readonly kind: 'good' | 'bad' | 'open';
}

const kindOf: Readonly<Record<number, Outcome['kind']>> = { 0: 'good', 1: 'bad', 2: 'bad' };

/** `312 checks pass`, `3 cells fail`, or what the exit code says. */
export const outcomeOf = ({ summary, results, baseline }: Report): Outcome => {
  const kind = kindOf[summary.exitCode] ?? 'open';
  const failed = results.filter(({ verdict, knownFailure }) => verdict === 'fail' && knownFailure === undefined).length;
  if (failed > 0) return { kind, text: `${counted(failed, 'cell')} fail${failed === 1 ? 's' : ''}` };
  if (summary.exitCode === 0) return { kind, text: `${counted(summary.checks, 'check')} hold${summary.checks === 1 ? 's' : ''}` };
  if (summary.exitCode === 1) return { kind, text: (baseline ?? []).length > 0 ? 'baseline has rotted' : 'a claim is wrong' };
  if (summary.exitCode === 2) return { kind, text: counted(summary.error, 'error') };
  return { kind, text: summary.checks === 0 ? 'nothing judged' : 'incomplete' };
};

/** `exit 1: unexpected failure, …` */
export const exitText = ({ summary }: Report): string => `exit ${summary.exitCode}: ${exitMeaning[summary.exitCode] ?? 'unknown'}`;

/** The arms that have results, in the order in which they come. */
export const armsIn = (results: readonly ResultRecord[]): readonly string[] => [...new Set(results.map(({ arm }) => arm))];

/** Results that could not be judged, by verdict and reason. */
export const unjudgedGroups = (results: readonly ResultRecord[], reasonOf: (result: ResultRecord) => string) =>
  (['error', 'unreachable', 'inconclusive', 'unsupported'] as const).flatMap((verdict) =>
    [
      ...grouped(
        results.filter((result) => result.verdict === verdict),
        reasonOf,
      ),
    ].map(([reason, because]) => ({ verdict, reason, because })),
  );
