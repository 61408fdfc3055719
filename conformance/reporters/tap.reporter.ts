import type { Report, ResultRecord } from '../engine/records.ts';
import { rowName } from '#scenarios/kit/page-row';
import { diagnosisLines, expectationLines, repeatLines } from './failure-text.ts';
import { printable, safeJson } from './printable.ts';
import type { ReporterFactory } from './reporter.ts';
import { cellOf, claimsDecide, failureTitle, reasonOf, surprises } from './words.ts';

/** A test point: what follows `ok` or `not ok` and the number. */
interface Point {
  readonly ok: boolean;
  readonly about: string;
  /** `SKIP reason` or `TODO reason`. */
  readonly directive?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** `#` would begin a directive. */
const described = (text: string): string => printable(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');

/** JSON is YAML, and leaves no doubt about any character. */
const yamlBlock = (details: Readonly<Record<string, unknown>>): readonly string[] => [
  '  ---',
  ...Object.entries(details).map(([key, value]) => `  ${key}: ${safeJson(value)}`),
  '  ...',
];

const pointLines = ({ ok, about, directive, details }: Point, number: number): readonly string[] => [
  `${ok ? 'ok' : 'not ok'} ${number} - ${described(about)}${directive === undefined ? '' : ` # ${printable(directive)}`}`,
  ...(details === undefined ? [] : yamlBlock(details)),
];

const nameOf = ({ scenario, row, arm, ...result }: ResultRecord): string =>
  `${rowName(row)} ${scenario} ${arm}: ${cellOf({ scenario, row, arm, ...result })}`;

const failureDetails = (result: ResultRecord): Readonly<Record<string, unknown>> => ({
  message: failureTitle(result),
  severity: 'fail',
  duration_ms: Math.round(result.durationMs),
  checks: surprises(result).map((check) => expectationLines(check).map((line) => line.trim())),
  ...(result.diagnosis !== undefined && { diagnosis: diagnosisLines(result).map((line) => line.trim()) }),
  ...(result.repeat !== undefined && { repeat: repeatLines(result).map((line) => line.trim()) }),
});

const pointOf = (result: ResultRecord): Point => {
  const about = nameOf(result);
  if (result.verdict === 'pass') return { ok: true, about };
  if (result.verdict === 'unsupported') return { ok: true, about, directive: `SKIP ${reasonOf(result)}` };
  if (result.verdict !== 'fail') return { ok: false, about, details: { message: reasonOf(result), severity: result.verdict } };
  const known = result.knownFailure;
  const directive = known && `TODO known failure: ${known.reason} (${known.owner}, until ${known.expires})`;
  return { ok: false, about, details: failureDetails(result), ...(directive !== undefined && { directive }) };
};

/** What else fails a run is a point of its own, so that no reader of TAP takes it for passed. */
const runPoints = (report: Report): readonly Point[] => [
  ...(report.baseline ?? []).map(({ entry, problem, message }) => ({
    ok: false,
    about: `baseline entry ${entry}`,
    details: { message, severity: problem },
  })),
  ...(report.contradictedClaims ?? []).map(({ claim, because }) => ({
    ok: false,
    about: `the claim ${claim} of the profile`,
    details: { message: because, severity: 'contradicted' },
    ...(!claimsDecide(report) && { directive: 'TODO a baseline covers it' }),
  })),
  ...(report.summary.checks > 0
    ? []
    : [{ ok: false, about: 'something was judged', details: { message: 'no check was judged', severity: 'incomplete' } }]),
];

const tapText = (report: Report): string => {
  const points = [...report.results.map(pointOf), ...runPoints(report)];
  return [
    'TAP version 14',
    `1..${points.length}`,
    ...points.flatMap((point, index) => pointLines(point, index + 1)),
    ...(report.run.complete ? [] : ['Bail out! The run was stopped before its end.']),
    '',
  ].join('\n');
};

export const reporter: ReporterFactory = {
  name: 'tap',
  about: 'for TAP consumers (version 14): a test point per cell and arm, with a YAML block under what went wrong',
  writes: 'document',
  create: ({ out }) => ({ onRunEnd: (report) => out(tapText(report)) }),
};
