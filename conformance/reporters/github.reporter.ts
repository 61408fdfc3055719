import { rowName } from '#scenarios/kit/page-row';

import type { Report, ResultRecord } from '../engine/records.ts';
import { diagnosisLines, failureLines, knownFailureLines, expectationLines } from './failure-text.ts';
import { grouped } from './grouped.ts';
import type { ReporterFactory } from './reporter.ts';
import { annotation } from './workflow-command.ts';
import {
  cellOf,
  claimsDecide,
  counted,
  exitMeaning,
  failureTitle,
  knownFailures,
  reasonOf,
  unexpectedFailures,
  warnings,
} from './words.ts';

const byScenarioAndArm = (results: readonly ResultRecord[]): readonly (readonly ResultRecord[])[] => [
  ...grouped(results, ({ scenario, arm }) => `${scenario} ${arm}`).values(),
];

const titleOf = ({ row, scenario, arm }: ResultRecord): string => `${rowName(row)} ${scenario} (${arm})`;

/** One annotation per scenario and arm, because a step shows ten at most: all cells by name, the first one in full. */
const failureAnnotations = (report: Report): readonly string[] =>
  byScenarioAndArm(unexpectedFailures(report)).flatMap((results) => {
    const [first] = results;
    if (first === undefined) return [];
    const cells = results.map((result) => `${cellOf(result)}: ${failureTitle(result)}`);
    const message = [
      `${counted(results.length, 'cell')} failed`,
      ...cells,
      '',
      cellOf(first),
      ...failureLines(first),
      ...diagnosisLines(first),
    ];
    return [annotation('error', titleOf(first), message.join('\n'))];
  });

const levelOf = { error: 'error', unreachable: 'error', inconclusive: 'warning' } as const;

const unjudgedAnnotations = (report: Report): readonly string[] =>
  (['error', 'unreachable', 'inconclusive'] as const).flatMap((verdict) => {
    const results = report.results.filter((result) => result.verdict === verdict);
    return [...grouped(results, reasonOf)].map(([reason, because]) =>
      annotation(
        levelOf[verdict],
        verdict,
        [
          `${counted(because.length, 'cell')}: ${reason}`,
          ...because.map((result) => `${result.scenario} ${result.arm} ${cellOf(result)}`),
        ].join('\n'),
      ),
    );
  });

const warningAnnotations = (report: Report): readonly string[] =>
  byScenarioAndArm(report.results.filter((result) => warnings(result).length > 0)).flatMap((results) => {
    const [first] = results;
    if (first === undefined) return [];
    const lines = warnings(first).flatMap(expectationLines);
    return [annotation('warning', titleOf(first), [`${counted(results.length, 'cell')}, first ${cellOf(first)}`, ...lines].join('\n'))];
  });

const knownAnnotations = (report: Report): readonly string[] =>
  byScenarioAndArm(knownFailures(report)).flatMap((results) => {
    const [first] = results;
    if (first === undefined) return [];
    return [annotation('notice', titleOf(first), [counted(results.length, 'cell'), ...knownFailureLines(first)].join('\n'))];
  });

const runAnnotations = (report: Report): readonly string[] => [
  ...(report.baseline ?? []).map(({ entry, problem, message }) => annotation('error', `baseline entry ${entry}: ${problem}`, message)),
  ...(report.contradictedClaims ?? []).map(({ claim, because }) =>
    annotation(claimsDecide(report) ? 'error' : 'notice', `the claim ${claim} of the profile is contradicted`, because),
  ),
  ...(report.run.complete ? [] : [annotation('error', 'incomplete run', 'the run was stopped before its end')]),
];

const summaryAnnotation = ({ tool, summary }: Report): string =>
  annotation(
    'notice',
    tool.name,
    `${counted(summary.checks, 'check')}, ${summary.pass} of ${summary.pass + summary.fail} judged cells pass: ${exitMeaning[summary.exitCode] ?? ''}`,
  );

export const reporter: ReporterFactory = {
  name: 'github',
  about: 'for GitHub Actions: annotations on the workflow run, and one notice when all is well',
  writes: 'lines',
  create: ({ out }) => ({
    onRunEnd: (report) => {
      const annotations = [
        ...failureAnnotations(report),
        ...runAnnotations(report),
        ...unjudgedAnnotations(report),
        ...warningAnnotations(report),
        ...knownAnnotations(report),
      ];
      out((annotations.length === 0 ? [summaryAnnotation(report)] : annotations).join(''));
    },
  }),
};
