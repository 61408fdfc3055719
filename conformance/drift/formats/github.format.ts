import { type AnnotationLevel, annotation } from '../../reporters/workflow-command.ts';
import type { Severity } from '../change.ts';
import type { DriftFormat } from '../find-format.ts';
import { askedText, changeLines, changeTitle, countsText, gapsText } from '../drift-words.ts';

const levels: Readonly<Record<Severity, AnnotationLevel>> = { breaking: 'error', additive: 'warning', cosmetic: 'notice' };

export const format: DriftFormat = (report) => {
  const changes = report.changes.map((change) =>
    annotation(levels[change.severity], `drift ${change.id}`, [changeTitle(change), ...changeLines(change)].join('\n')),
  );
  return [...changes, [countsText(report), ...askedText(report), ...gapsText(report), ''].join('\n')].join('');
};
