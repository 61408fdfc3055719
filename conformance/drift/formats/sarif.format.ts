import { printable, safeJson } from '../../reporters/printable.ts';
import { changeKinds, type Severity } from '../change.ts';
import type { ReportedChange } from '../drift-report.ts';
import type { DriftFormat } from '../find-format.ts';
import { changeLines, changeTitle, gapsText } from '../drift-words.ts';
import { groupOf } from '../sample.ts';

const levels: Readonly<Record<Severity, string>> = { breaking: 'error', additive: 'warning', cosmetic: 'note' };

/** Code scanning wants a file for everything: what was asked, in the directory of the baseline. */
const fileOf = ({ seenIn }: ReportedChange): string =>
  seenIn[0] === undefined ? '.' : printable(groupOf(seenIn[0])).split('/').map(encodeURIComponent).join('/');

const resultOf = (change: ReportedChange) => ({
  ruleId: change.kind,
  ruleIndex: changeKinds.indexOf(change.kind),
  kind: 'fail',
  level: levels[change.severity],
  message: { text: [changeTitle(change), ...changeLines(change)].join('\n') },
  locations: [
    {
      physicalLocation: { artifactLocation: { uri: fileOf(change), uriBaseId: 'BASELINE' }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: `${change.surface}/${change.path}`, kind: 'member' }],
    },
  ],
  partialFingerprints: { 'wireproofDrift/v1': change.id },
});

const rules = changeKinds.map((id) => ({ id, name: id, shortDescription: { text: id.replaceAll('-', ' ') } }));

export const format: DriftFormat = (report) => {
  const run = {
    tool: { driver: { name: 'wireproof drift', rules } },
    originalUriBaseIds: { BASELINE: { description: { text: 'The directory of the baseline.' } } },
    invocations: [
      {
        executionSuccessful: report.live?.stopped === undefined,
        toolExecutionNotifications: gapsText(report).map((text) => ({ level: 'warning', message: { text } })),
      },
    ],
    results: report.changes.map(resultOf),
  };
  return `${safeJson({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, 2)}\n`;
};
