import type { Palette } from '../reporters/palette.ts';
import { printable } from '../reporters/printable.ts';
import { counted } from '../reporters/words.ts';
import type { DeployAnswer } from './can-i-deploy.ts';
import { type KnownEvidence, shownDigits } from './known-evidence.ts';

const mostLines = 20;

const section = (title: string, lines: readonly string[]): readonly string[] => {
  if (lines.length === 0) return [];
  const more = lines.length > mostLines ? [`  and ${lines.length - mostLines} more`] : [];
  return [title, ...lines.slice(0, mostLines).map((line) => `  ${printable(line)}`), ...more];
};

/** Where the answer was looked for, and what was found instead of it. */
export interface Searched {
  readonly directory: string;
  readonly reports: number;
  readonly known: KnownEvidence | undefined;
  /** Files of runs that were stopped, and that no later one makes good. */
  readonly stopped: readonly string[];
}

const searchedText = ({ directory, reports }: Searched, { reports: shown }: DeployAnswer): readonly string[] =>
  shown.length > 0 ? [] : section('searched', [`${counted(reports, 'report')} in ${directory}`]);

/** The answer for people. Names out of reports are escaped. */
export const deployText = (answer: DeployAnswer, searched: Searched, paint: Palette): string => {
  const colour = { yes: paint.green, no: paint.red, unknown: paint.yellow }[answer.verdict];
  const { proxy, version, baseline, profile } = answer;
  return [
    `${colour(answer.verdict)}: ${printable(answer.because)}`,
    printable(`${proxy} ${version}, upstream baseline ${baseline.slice(0, shownDigits)}, client profile ${profile}`),
    ...section('failed', answer.failed),
    ...section('not judged', [...searched.stopped.map((file) => `${file} was stopped before its end`), ...answer.unjudged]),
    ...section('missing', answer.missing),
    ...section('shown by', answer.reports),
    ...searchedText(searched, answer),
    ...section(printable(searched.known?.title ?? ''), searched.known?.names ?? []),
    '',
  ].join('\n');
};
