import { verdicts, type Report, type ResultRecord, type Summary, type Verdict } from './records.ts';

interface Counted {
  readonly results: readonly ResultRecord[];
  readonly baseline: NonNullable<Report['baseline']>;
  /** Every planned arm was run. */
  readonly complete: boolean;
  /** The target contradicts a claim of its profile, in a result that no baseline entry covers. */
  readonly contradicted?: boolean;
}

const checksIn = (results: readonly ResultRecord[]): number =>
  results.flatMap((result) => result.expectations).filter(({ verdict }) => verdict === 'pass' || verdict === 'fail').length;

/**
 * 1 before 2 before 3: a failure that nobody knew of is the news even when something else went wrong as well. `error` ends in 2
 * because it is a definition that threw or cannot be sent: nothing is known about the target, and repeating the run will not help.
 * A run that judged nothing is incomplete, not green.
 */
const exitCodeOf = ({ results, baseline, complete, contradicted }: Counted): number => {
  const has = (verdict: Verdict): boolean => results.some((result) => result.verdict === verdict && result.knownFailure === undefined);
  if (has('fail') || baseline.length > 0 || contradicted === true) return 1;
  if (has('error')) return 2;
  if (has('inconclusive') || has('unreachable') || !complete) return 3;
  return checksIn(results) === 0 ? 3 : 0;
};

/** Counts verdicts and decides the exit code. */
export const summarize = (counted: Counted): Summary => {
  const counts = Object.fromEntries(
    verdicts.map((verdict) => [verdict, counted.results.filter((result) => result.verdict === verdict).length]),
  ) as Record<Verdict, number>;
  return { ...counts, checks: checksIn(counted.results), exitCode: exitCodeOf(counted) };
};
