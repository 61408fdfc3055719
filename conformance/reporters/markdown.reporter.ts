import { byPageRow, rowName } from '#scenarios/kit/page-row';

import { verdicts, type Report, type ResultRecord } from '../engine/records.ts';
import { diagnosisLines, expectationLines, failureLines, repeatLines } from './failure-text.ts';
import { grouped } from './grouped.ts';
import { block, folded, longestCommands, plainMarkdown, table } from './markdown-text.ts';
import { armsIn, exitText, outcomeOf, unjudgedGroups } from './outcome.ts';
import type { ReporterFactory } from './reporter.ts';
import { cellOf, counted, failureTitle, knownFailures, reasonOf, unexpectedFailures, warnings } from './words.ts';

type Titles = Readonly<Record<string, string>>;

/** A job's summary holds a mebibyte; what is past this is named, not shown. */
const mostText = 700_000;

const countsText = (results: readonly ResultRecord[]): string =>
  verdicts
    .flatMap((verdict) => {
      const count = results.filter((result) => result.verdict === verdict).length;
      return count === 0 ? [] : [`${count} ${verdict}`];
    })
    .join(', ') || '-';

const matrix = ({ results }: Report, titles: Titles): readonly string[] => {
  const arms = armsIn(results);
  const scenarios = [...grouped(results, ({ scenario }) => scenario)].sort(
    ([idA, [a]], [idB, [b]]) => byPageRow(a?.row ?? 0, b?.row ?? 0) || idA.localeCompare(idB),
  );
  const rows = scenarios.map(([id, ofScenario]) => [
    String(ofScenario[0]?.row ?? ''),
    id,
    ...arms.map((arm) => countsText(ofScenario.filter((result) => result.arm === arm))),
    titles[id] ?? '',
  ]);
  return rows.length === 0 ? ['Nothing was run.', ''] : table(['row', 'scenario', ...arms, 'title'], rows);
};

const oneFailure = (result: ResultRecord): readonly string[] =>
  folded(`${result.arm}, ${cellOf(result)}: ${failureTitle(result)}`, [
    block(failureLines(result)),
    ...(result.repeat === undefined ? [] : ['', block(repeatLines(result), longestCommands)]),
  ]);

const failuresOf = (heading: string, failed: readonly ResultRecord[]): readonly (readonly string[])[] => {
  const perScenario = [...grouped(failed, ({ scenario }) => scenario)];
  return perScenario.flatMap(([id, results], index) => {
    const diagnosis = results.find((result) => result.diagnosis !== undefined);
    const head = [...(index === 0 ? [`### ${heading}`, ''] : []), `**${plainMarkdown(`${rowName(results[0]?.row ?? 0)} ${id}`)}**`, ''];
    return [[...head, ...(diagnosis === undefined ? [] : [block(diagnosisLines(diagnosis)), ''])], ...results.map(oneFailure)];
  });
};

const warningParts = ({ results }: Report): readonly string[] => {
  const warned = results.filter((result) => warnings(result).length > 0);
  if (warned.length === 0) return [];
  const lines = warned.flatMap((result) => [
    `${result.scenario} ${result.arm} ${cellOf(result)}`,
    ...warnings(result).flatMap(expectationLines),
  ]);
  return folded(`${counted(warned.length, 'cell')} with warnings, which do not fail the run`, [block(lines)]);
};

const unjudged = ({ results }: Report): readonly string[] => {
  const groups = unjudgedGroups(results, reasonOf);
  if (groups.length === 0) return [];
  const rows = groups.map(({ verdict, reason, because }) => [verdict, String(because.length), reason]);
  return ['### Not judged', '', ...table(['verdict', 'cells', 'reason'], rows)];
};

const runProblems = (report: Report): readonly string[] => {
  const lines = [
    ...(report.run.complete ? [] : ['The run was stopped before its end: this report is incomplete.']),
    ...(report.baseline ?? []).map(({ entry, problem, message }) => `Baseline entry ${entry} is ${problem}: ${message}`),
    ...(report.contradictedClaims ?? []).map(({ claim, because }) => `The claim ${claim} is contradicted: ${because}`),
  ];
  return lines.length === 0 ? [] : [...lines.map((line) => `- ${plainMarkdown(line)}`), ''];
};

const headLines = (report: Report): readonly string[] => {
  const { target, summary, run } = report;
  const about = [target.name, target.version ?? '', target.url ?? '', `profile ${target.profile}`].filter((part) => part !== '').join(', ');
  return [
    `## ${plainMarkdown(`Wireproof: ${outcomeOf(report).text}`)}`,
    '',
    plainMarkdown(
      `${about}. ${counted(summary.checks, 'check')} in ${counted(report.results.length, 'cell')}, ${(run.durationMs / 1000).toFixed(2)} s, seed ${run.seed}.`,
    ),
    plainMarkdown(`${exitText(report)}.`),
    '',
  ];
};

/** Parts as long as there is room; how many are left out is said. */
const within = (parts: readonly (readonly string[])[]): readonly string[] => {
  let room = mostText;
  const shown: string[] = [];
  for (const [index, part] of parts.entries()) {
    const text = part.join('\n');
    room -= Buffer.byteLength(text) + 1;
    if (room < 0) return [...shown, `${parts.length - index} more are left out here: the html and json reports have all.`, ''];
    shown.push(text);
  }
  return shown;
};

const summaryText = (report: Report, titles: Titles): string =>
  [
    ...headLines(report),
    ...runProblems(report),
    ...matrix(report, titles),
    ...within(
      [
        ...failuresOf('Failures', unexpectedFailures(report)),
        unjudged(report),
        warningParts(report),
        ...failuresOf('Known failures', knownFailures(report)),
      ].filter((part) => part.length > 0),
    ),
  ].join('\n');

export const reporter: ReporterFactory = {
  name: 'markdown',
  about: 'for the summary of a job: what failed, folded, with diagnosis and a curl line (markdown=$GITHUB_STEP_SUMMARY)',
  writes: 'document',
  extension: 'md',
  create: ({ out, titles }) => ({ onRunEnd: (report) => out(summaryText(report, titles)) }),
};
