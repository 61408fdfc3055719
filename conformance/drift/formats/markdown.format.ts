import { plainMarkdown, table } from '../../reporters/markdown-text.ts';
import type { DriftFormat } from '../find-format.ts';
import { askedText, changeNotes, countsText, gapsText, noticedText } from '../drift-words.ts';

export const format: DriftFormat = (report) => {
  const rows = report.changes.map((change) => {
    const { severity, kind, surface, path, what, before, after, id } = change;
    return [severity, kind, surface, path, what, before ?? '', after ?? '', noticedText(change), changeNotes(change).join('. '), id];
  });
  const changes =
    rows.length === 0
      ? []
      : [
          ...table(['Severity', 'Kind', 'Surface', 'Path', 'What', 'Before', 'After', 'Who notices', 'Whom it concerns', 'Change'], rows),
          '',
        ];
  const gaps = gapsText(report).map((line) => `- ${plainMarkdown(line)}`);
  return ['# Upstream drift', '', plainMarkdown([countsText(report), ...askedText(report)].join('; ')), '', ...changes, ...gaps, ''].join(
    '\n',
  );
};
