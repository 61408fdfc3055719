import { rowName } from '#scenarios/kit/page-row';

import type { Report, ResultRecord } from '../engine/records.ts';
import { diagnosisLines, expectationLines, failureLines, repeatLines } from './failure-text.ts';
import { grouped } from './grouped.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { cellOf, counted, exitMeaning, knownFailures, reasonOf, warnings } from './words.ts';

const indented = (lines: readonly string[], by = '  '): readonly string[] => lines.map((line) => by + line);

const oneFailure = (result: ResultRecord, paint: Palette): readonly string[] => [
  `${result.knownFailure === undefined ? paint.red('fail') : paint.yellow('known')}  ${result.arm}  ${cellOf(result)}  ${Math.round(result.durationMs)} ms`,
  ...indented([...failureLines(result), ...repeatLines(result)]),
];

/** All failures in full, by scenario; the diagnosis closes each scenario. */
export const failureSection = (report: Report, paint: Palette): readonly string[] => {
  const failed = report.results.filter((result) => result.verdict === 'fail');
  return [...grouped(failed, (result) => result.scenario)].flatMap(([id, results]) => {
    const diagnosis = results.find((result) => result.diagnosis !== undefined);
    return [
      paint.bold(`${rowName(results[0]?.row ?? 0)}  ${printable(id)}`),
      ...indented(results.flatMap((result) => oneFailure(result, paint))),
      ...(diagnosis === undefined ? [] : indented(diagnosisLines(diagnosis))),
      '',
    ];
  });
};

/** `should` expectations that deviate: each once, with how many cells show it and the first one's values. */
export const warningSection = (report: Report, paint: Palette): readonly string[] => {
  const all = report.results.flatMap((result) => warnings(result).map((expectation) => ({ result, expectation })));
  const groups = [...grouped(all, ({ result, expectation }) => `${result.scenario} ${result.arm} ${expectation.id}`).values()];
  if (groups.length === 0) return [];
  const lines = groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      `${paint.yellow('warn')}  ${printable(first.result.scenario)}  ${first.result.arm}  ${counted(group.length, 'cell')}, first ${cellOf(first.result)}`,
      ...indented(expectationLines(first.expectation)),
    ];
  });
  return [paint.bold('warnings (these do not fail the run)'), ...indented(lines), ''];
};

const namedCells = 3;

/** Results that could not be judged, by verdict and reason; the first few cells are named. */
export const unjudgedSection = (report: Report, paint: Palette): readonly string[] =>
  (['error', 'unreachable', 'inconclusive', 'unsupported'] as const).flatMap((verdict) => {
    const results = report.results.filter((result) => result.verdict === verdict);
    if (results.length === 0) return [];
    const lines = [...grouped(results, reasonOf)].flatMap(([reason, because]) => {
      const cells = because.slice(0, namedCells).map((result) => `${printable(result.scenario)} ${result.arm} ${cellOf(result)}`);
      const more = because.length > namedCells ? [`and ${because.length - namedCells} more`] : [];
      return [`${counted(because.length, 'cell')}: ${printable(reason)}`, ...indented([...cells, ...more])];
    });
    return [paint.verdict[verdict](verdict), ...indented(lines), ''];
  });

/** A run in which every cell was `unsupported` says nothing about the target, and may not look as if it did. */
export const nothingJudgedSection = ({ results, target }: Report, paint: Palette): readonly string[] => {
  if (results.length === 0 || results.some(({ verdict }) => verdict !== 'unsupported')) return [];
  const how =
    target.url === undefined
      ? 'claim more in the target file'
      : 'claim more with --profile FILE, which wireproof discover proposes, or --target FILE';
  return [paint.red(`Nothing was judged: profile ${printable(target.profile)} claims none of what these scenarios need; ${how}.`), ''];
};

export const baselineSection = (report: Report, paint: Palette): readonly string[] => {
  const problems = report.baseline ?? [];
  if (problems.length === 0) return [];
  const lines = problems.map(({ entry, problem, message }) => `${paint.red(problem)}  ${printable(entry)}: ${printable(message)}`);
  return [paint.bold('baseline'), ...indented(lines), ''];
};

/** The last line: checks, cells by verdict, wall time, exit code and what it means. */
export const summaryLine = (report: Report, paint: Palette): string => {
  const { checks, exitCode, ...byVerdict } = report.summary;
  const known = knownFailures(report).length;
  const verdictCounts = (['pass', 'fail', 'inconclusive', 'unsupported', 'unreachable', 'error'] as const)
    .filter((verdict) => byVerdict[verdict] > 0 || verdict === 'pass' || verdict === 'fail')
    .map((verdict) => {
      const text = `${byVerdict[verdict]} ${verdict}${verdict === 'fail' && known > 0 ? ` (${known} known)` : ''}`;
      return byVerdict[verdict] > 0 ? paint.verdict[verdict](text) : text;
    });
  const exit = (exitCode === 0 ? paint.green : paint.red)(`exit ${exitCode}: ${exitMeaning[exitCode] ?? 'unknown'}`);
  return `${counted(checks, 'check')} in ${counted(report.results.length, 'cell')}: ${verdictCounts.join(', ')}; ${(report.run.durationMs / 1000).toFixed(2)} s; ${exit}`;
};
