import type { Palette } from '../reporters/palette.ts';
import { printable } from '../reporters/printable.ts';
import type { DeployAnswer } from './can-i-deploy.ts';

const mostLines = 20;

const section = (title: string, lines: readonly string[]): readonly string[] => {
  if (lines.length === 0) return [];
  const more = lines.length > mostLines ? [`  and ${lines.length - mostLines} more`] : [];
  return [title, ...lines.slice(0, mostLines).map((line) => `  ${printable(line)}`), ...more];
};

/** The answer for people. Names out of reports are escaped. */
export const deployText = (answer: DeployAnswer, paint: Palette): string => {
  const colour = { yes: paint.green, no: paint.red, unknown: paint.yellow }[answer.verdict];
  const { proxy, version, baseline, profile } = answer;
  return [
    `${colour(answer.verdict)}: ${printable(answer.because)}`,
    printable(`${proxy} ${version}, upstream baseline ${baseline.slice(0, 12)}, client profile ${profile}`),
    ...section('failed', answer.failed),
    ...section('not judged', answer.unjudged),
    ...section('missing', answer.missing),
    ...section('shown by', answer.reports),
    '',
  ].join('\n');
};
