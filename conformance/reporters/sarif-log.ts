import { rowName } from '#scenarios/kit/page-row';

import type { ExpectationRecord, Report, ResultRecord } from '../engine/records.ts';
import { failureLines } from './failure-text.ts';
import { grouped } from './grouped.ts';
import { exitText, unjudgedGroups } from './outcome.ts';
import { printable, printableLines, valueText } from './printable.ts';
import { cellOf, counted, failureTitle, reasonOf, surprises, warnings } from './words.ts';

type Json = Readonly<Record<string, unknown>>;
type Titles = Readonly<Record<string, string>>;

const message = (text: string): Json => ({ text: printableLines(text) });

/** Where the definition of a scenario stands, from the root of this package; code scanning wants a file for everything. */
const sourceOf = (scenario: string): string => `scenarios/${scenario.split('/').map(encodeURIComponent).join('/')}.scenario.ts`;

const ruleOf = (id: string, results: readonly ResultRecord[], titles: Titles): Json => {
  const diagnosis = results.find((result) => result.diagnosis !== undefined)?.diagnosis;
  const row = results[0]?.row ?? 0;
  return {
    id: printable(id),
    name: printable(id),
    shortDescription: message(titles[id] ?? id),
    ...(diagnosis !== undefined && {
      fullDescription: message(`${diagnosis.symptom} ${diagnosis.cause}`),
      help: message(`Check: ${diagnosis.check}\nRemediation: ${diagnosis.remediation}`),
    }),
    properties: { tags: [rowName(row)] },
  };
};

const locationOf = (result: ResultRecord): Json => ({
  physicalLocation: { artifactLocation: { uri: sourceOf(result.scenario), uriBaseId: 'WIREPROOF' }, region: { startLine: 1 } },
  logicalLocations: [{ fullyQualifiedName: printable(`${result.scenario}/${result.arm}/${cellOf(result)}`), kind: 'member' }],
});

interface Finding {
  readonly result: ResultRecord;
  /** Absent where the symptom arm failed because what was foretold held. */
  readonly check?: ExpectationRecord;
  readonly level: 'error' | 'warning';
}

/** The same failure has the same fingerprint in every run. */
const fingerprintOf = ({ result, check }: Finding): string =>
  [result.scenario, result.arm, cellOf(result), check?.id ?? 'foretold'].map(printable).join(' | ');

const textOf = ({ result, check }: Finding): string => {
  const where = `${result.arm}, ${cellOf(result)}`;
  return check === undefined
    ? `${failureTitle(result)} (${where})`
    : `${check.id} (${where}): expected ${valueText(check.expected)}, actual ${valueText(check.actual)}`;
};

const resultOf = (finding: Finding, ruleIds: readonly string[]): Json => {
  const { result, check, level } = finding;
  const known = result.knownFailure;
  return {
    ruleId: printable(result.scenario),
    ruleIndex: ruleIds.indexOf(result.scenario),
    kind: 'fail',
    level,
    message: message(textOf(finding)),
    locations: [locationOf(result)],
    partialFingerprints: { 'wireproofCheck/v1': fingerprintOf(finding) },
    ...(known !== undefined && {
      suppressions: [
        { kind: 'external', status: 'accepted', justification: printable(`${known.reason} (${known.owner}, until ${known.expires})`) },
      ],
    }),
    properties: {
      arm: result.arm,
      cell: cellOf(result),
      ...(check !== undefined && { side: check.side, level: check.level }),
      details: failureLines(result).map(printable),
      ...(result.repeat !== undefined && { repeat: result.repeat.map(({ curl }) => printable(curl)) }),
    },
  };
};

const findingsOf = (result: ResultRecord): readonly Finding[] => {
  const failed = result.verdict === 'fail' ? surprises(result).map((check) => ({ result, check, level: 'error' as const })) : [];
  const nameless = result.verdict === 'fail' && failed.length === 0 ? [{ result, level: 'error' as const }] : [];
  return [...failed, ...nameless, ...warnings(result).map((check) => ({ result, check, level: 'warning' as const }))];
};

const notification = (level: 'error' | 'warning' | 'note', text: string): Json => ({ level, message: message(text) });

/** What is no finding about the target: what could not be judged, a rotted baseline, an early end. */
const notifications = (report: Report): readonly Json[] => [
  ...(report.run.complete ? [] : [notification('error', 'the run was stopped before its end')]),
  ...(report.baseline ?? []).map(({ entry, problem, message }) =>
    notification('error', `baseline entry ${entry} is ${problem}: ${message}`),
  ),
  ...(report.contradictedClaims ?? []).map(({ claim, because }) => notification('error', `the claim ${claim} is contradicted: ${because}`)),
  ...unjudgedGroups(report.results, reasonOf).map(({ verdict, reason, because }) =>
    notification(
      verdict === 'unsupported' ? 'note' : verdict === 'inconclusive' ? 'warning' : 'error',
      `${verdict}: ${counted(because.length, 'cell')}: ${reason}`,
    ),
  ),
];

const invocationOf = (report: Report): Json => ({
  executionSuccessful: report.run.complete && report.summary.exitCode < 2,
  exitCode: report.summary.exitCode,
  exitCodeDescription: exitText(report),
  startTimeUtc: report.run.startedAt,
  endTimeUtc: new Date(Date.parse(report.run.startedAt) + report.run.durationMs).toISOString(),
  toolExecutionNotifications: notifications(report),
});

/** The report as a SARIF 2.1.0 log of one run. */
export const sarifLog = (report: Report, titles: Titles): Json => {
  const byScenario = grouped(report.results, ({ scenario }) => scenario);
  const ruleIds = [...byScenario.keys()];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            rules: [...byScenario].map(([id, results]) => ruleOf(id, results, titles)),
          },
        },
        automationDetails: { id: printable(`wireproof/${report.target.name}/${report.run.id}`) },
        originalUriBaseIds: { WIREPROOF: { description: message('the root of the wireproof package, where scenarios are defined') } },
        invocations: [invocationOf(report)],
        columnKind: 'utf16CodeUnits',
        results: report.results.flatMap(findingsOf).map((finding) => resultOf(finding, ruleIds)),
        properties: {
          target: { name: printable(report.target.name), profile: printable(report.target.profile) },
          seed: report.run.seed,
          summary: report.summary,
        },
      },
    ],
  };
};
