import type { Report } from '../engine/records.ts';
import { claimsSection } from './claims-section.ts';
import { baselineSection, failureSection, nothingJudgedSection, summaryLine, unjudgedSection, warningSection } from './console-sections.ts';
import { scenarioTable } from './console-table.ts';
import { groundSection } from './ground-section.ts';
import { liveLine } from './live-line.ts';
import { paletteFor } from './palette.ts';
import { plainProgress } from './plain-progress.ts';
import { printable } from './printable.ts';
import type { ReporterFactory, ReporterOutput, RunStart } from './reporter.ts';
import { upstreamSection } from './upstream-section.ts';
import { counted } from './words.ts';

const headerLine = ({ tool, target, arms, seed, planned }: RunStart): string => {
  const where = target.url === undefined ? '' : ` at ${printable(target.url)}`;
  const version = target.version === undefined ? '' : ` ${printable(target.version)}`;
  return [
    `${tool.name} ${tool.version}`,
    `target ${printable(target.name)}${version}${where} (profile ${printable(target.profile)})`,
    `arms ${arms.join(', ')}`,
    `seed ${seed}`,
    counted(planned, 'cell'),
  ].join(' | ');
};

const reportText = (report: Report, arms: readonly string[], { colours, titles }: ReporterOutput): string => {
  const paint = paletteFor(colours);
  return [
    '',
    ...scenarioTable(report.results, { arms, titles, paint }),
    '',
    ...groundSection(report, paint),
    ...upstreamSection(report, paint),
    ...warningSection(report, paint),
    ...unjudgedSection(report, paint),
    ...failureSection(report, paint),
    ...claimsSection(report, paint),
    ...baselineSection(report, paint),
    ...(report.run.complete ? [] : [paint.red('The run was stopped before its end: this report is incomplete.'), '']),
    ...nothingJudgedSection(report, paint),
    summaryLine(report, paint),
    '',
  ].join('\n');
};

export const reporter: ReporterFactory = {
  name: 'console',
  about: 'for people: live progress, a table of rows, failures with their wire trace and diagnosis',
  writes: 'lines',
  create: (output) => {
    const progress = output.terminal ? liveLine(output) : plainProgress(output);
    let arms: readonly string[] = [];
    return {
      onRunStart: (start) => {
        arms = start.arms;
        output.out(`${paletteFor(output.colours).bold(headerLine(start))}\n`);
        progress.onRunStart?.(start);
      },
      onResult: (result) => progress.onResult?.(result),
      onRunEnd: (report) => {
        progress.onRunEnd?.(report);
        output.out(reportText(report, arms, output));
      },
    };
  },
};
