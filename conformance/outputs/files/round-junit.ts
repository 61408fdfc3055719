import type { ProbeResult } from '../../history/records.ts';
import { reasonNode, seconds, suitesDocument, type XmlNode } from '../../reporters/junit-document.ts';
import { printable } from '../../reporters/printable.ts';
import { xmlText } from '../../reporters/xml-text.ts';
import type { RoundWritten } from '../output.ts';

const checkLines = ({ evidence }: ProbeResult): readonly string[] =>
  (evidence?.checks ?? []).flatMap(({ id, level, expected, actual, evidence: seen }) => [
    `${level} ${id}`,
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(actual === undefined ? [] : [`  actual: ${actual}`]),
    ...(seen === undefined ? [] : [`  seen: ${seen}`]),
  ]);

const diagnosisLines = ({ diagnosis, fault }: ProbeResult): readonly string[] => [
  ...(fault === undefined ? [] : [`at fault: ${fault.at}: ${fault.because}`]),
  ...(diagnosis === undefined
    ? []
    : [`symptom: ${diagnosis.symptom}`, `cause: ${diagnosis.cause}`, `check: ${diagnosis.check}`, `what to do: ${diagnosis.remediation}`]),
];

const failureNode = (result: ProbeResult): XmlNode => {
  const { reason, evidence } = result;
  const title = evidence?.checks.map(({ id }) => id).join(', ') ?? '';
  const again = evidence?.curl === undefined ? [] : [`again: ${evidence.curl}`];
  const lines = ['', ...checkLines(result), ...diagnosisLines(result), ...again, ''];
  return reasonNode(title === '' ? (reason ?? 'failed') : title, 'fail', lines.join('\n'));
};

/** A known failure is skipped: it fails nothing. */
const outcomeOf = (result: ProbeResult): XmlNode => {
  const { verdict, known, reason = 'no reason given' } = result;
  if (verdict === 'pass') return {};
  if (verdict !== 'fail') return { error: reasonNode(reason, verdict) };
  if (known === undefined) return { failure: failureNode(result) };
  return { skipped: { '@message': printable(`known failure: ${known.reason} (${known.owner}, until ${known.expires})`) } };
};

const testcase = (result: ProbeResult): XmlNode => ({
  '@classname': printable(result.scenario),
  '@name': `row ${result.row}`,
  '@time': seconds(result.durationMs),
  ...outcomeOf(result),
});

/** A round that did not come to its end is a case of its own: else it would look like a good, short one. */
const roundCases = ({ round: { outcome, cause, note } }: RoundWritten): readonly XmlNode[] =>
  outcome === 'complete'
    ? []
    : [{ '@classname': 'round', '@name': 'complete', '@time': '0.000', error: reasonNode(note ?? outcome, cause ?? outcome) }];

/** One round for CI servers: JUnit XML, a case for each scenario. */
export const roundJunit = (written: RoundWritten): string => {
  const { round, results } = written;
  const ms = round.endedAt - round.startedAt;
  const suite = { name: `${round.target} from ${round.location}`, cases: [...roundCases(written), ...results.map(testcase)], ms };
  return xmlText(suitesDocument(`wireproof canary ${round.target}`, [suite], ms, new Date(round.startedAt).toISOString()));
};
