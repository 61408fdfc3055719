import type { XmlNode } from '../../reporters/junit-document.ts';
import { xmlText } from '../../reporters/xml-text.ts';
import type { DriftReport, ReportedChange } from '../drift-report.ts';
import type { DriftFormat } from '../find-format.ts';
import { changeLines, changeTitle, gapsText } from '../drift-words.ts';

/** What does not break passes: the CI server shows it and stays green. */
const caseOf = (change: ReportedChange): XmlNode => {
  const text = changeLines(change).join('\n');
  const node = { '@classname': `drift.${change.surface}`, '@name': `${changeTitle(change)} [${change.id}]`, '@time': '0' };
  if (change.severity !== 'breaking') return { ...node, 'system-out': `${change.severity}\n${text}` };
  return { ...node, failure: { '@message': changeTitle(change), '@type': change.kind, '#text': text } };
};

const gapCase = (text: string): XmlNode => ({ '@classname': 'drift', '@name': text, '@time': '0', skipped: { '@message': text } });

const countsOf = (report: DriftReport, cases: number, skipped: number): XmlNode => ({
  '@tests': String(cases),
  '@failures': String(report.counts.breaking),
  '@errors': '0',
  '@skipped': String(skipped),
  '@time': '0',
});

export const format: DriftFormat = (report) => {
  const gaps = gapsText(report).map(gapCase);
  const cases = [...report.changes.map(caseOf), ...gaps];
  const counts = countsOf(report, cases.length, gaps.length);
  const suite: XmlNode = { '@name': 'drift', ...counts, ...(cases.length > 0 && { testcase: cases }) };
  return xmlText({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { '@name': 'wireproof drift', ...counts, testsuite: suite },
  });
};
