import type { ExpectationRecord, Report, ResultRecord } from '../engine/records.ts';

/** What each exit code says, in the words of the contract. */
export const exitMeaning: Readonly<Record<number, string>> = {
  0: 'as expected',
  1: 'unexpected failure, or a stale baseline entry',
  2: 'usage, configuration or definition',
  3: 'incomplete: a required check was not judged, the target was unreachable, or the run was stopped',
};

/** `anthropic-messages > codex (stream)` */
export const cellOf = (result: ResultRecord): string => `${result.dialect} > ${result.upstream}${result.stream ? ' (stream)' : ''}`;

const deviatesUnforetold = (expectation: ExpectationRecord): boolean => expectation.verdict === 'fail' && expectation.foretold !== true;

/** A `should` that deviates warns; in the symptom arm it decides like the others, because there exactly the foretold ones may deviate. */
const decides = (result: ResultRecord, expectation: ExpectationRecord): boolean => expectation.level === 'must' || result.arm === 'symptom';

/** The deviations that made this result fail. Empty where the symptom arm failed because a foretold one held: the reason says so. */
export const surprises = (result: ResultRecord): readonly ExpectationRecord[] =>
  result.expectations.filter((expectation) => deviatesUnforetold(expectation) && decides(result, expectation));

/** `should` expectations that deviate and decide nothing. */
export const warnings = (result: ResultRecord): readonly ExpectationRecord[] =>
  result.expectations.filter((expectation) => deviatesUnforetold(expectation) && !decides(result, expectation));

/** The ids of the deviations, or the reason where there are none. */
export const failureTitle = (result: ResultRecord): string =>
  surprises(result)
    .map(({ id }) => id)
    .join(', ') || reasonOf(result);

/** Failures that no baseline entry covers. */
export const unexpectedFailures = (report: Report): readonly ResultRecord[] =>
  report.results.filter((result) => result.verdict === 'fail' && result.knownFailure === undefined);

export const knownFailures = (report: Report): readonly ResultRecord[] =>
  report.results.filter((result) => result.verdict === 'fail' && result.knownFailure !== undefined);

/** Why a result is neither pass nor fail: its own reason, else that of the first expectation which has one. */
export const reasonOf = (result: ResultRecord): string =>
  result.reason ?? result.expectations.find((expectation) => expectation.reason !== undefined)?.reason ?? 'no reason given';

/** `1 cell`, `2 cells` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Contradicted claims fail a run, unless a baseline covers all that shows them; then the run ends in something else than 1. */
export const claimsDecide = ({ summary }: Report): boolean => summary.exitCode === 1;
