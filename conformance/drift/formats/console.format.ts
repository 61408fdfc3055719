import type { DriftFormat } from '../find-format.ts';
import { askedText, changeLines, changeTitle, countsText, gapsText } from '../drift-words.ts';

export const format: DriftFormat = (report) => {
  const changes = report.changes.flatMap((change) => [
    `${change.severity.padEnd(8)}  ${changeTitle(change)}  [${change.id}]`,
    ...changeLines(change).map((line) => `          ${line}`),
  ]);
  return [...changes, countsText(report), ...askedText(report), ...gapsText(report), ''].join('\n');
};
