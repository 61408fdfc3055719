import type { Report, ResultRecord } from '../engine/records.ts';
import { diagnosisLines, failureLines, repeatLines } from './failure-text.ts';
import { grouped } from './grouped.ts';
import { printable, printableLines } from './printable.ts';
import { cellOf, claimsDecide, failureTitle, reasonOf } from './words.ts';

/**
 * XML 1.0 has no place for control characters, U+FFFE, U+FFFF and lone surrogates, escaped or not; `printable` shows them as text.
 */

/** A tree for XMLBuilder: `@` marks attributes, `#text` is the text. */
export type XmlNode = { readonly [name: string]: string | XmlNode | readonly XmlNode[] };

export const seconds = (ms: number): string => (ms / 1000).toFixed(3);
/** `message` is for one line, `text` for the details. */
export const reasonNode = (message: string, type: string, text = ''): XmlNode => ({
  '@message': printable(message),
  '@type': type,
  ...(text !== '' && { '#text': printableLines(text) }),
});

const failureNode = (result: ResultRecord): XmlNode =>
  reasonNode(failureTitle(result), 'fail', ['', ...failureLines(result), ...repeatLines(result), ...diagnosisLines(result), ''].join('\n'));

/** A known failure is skipped, because it does not fail the run either. */
const outcomeOf = (result: ResultRecord): XmlNode => {
  if (result.verdict === 'pass') return {};
  if (result.verdict === 'unsupported') return { skipped: { '@message': printable(reasonOf(result)) } };
  if (result.verdict !== 'fail') return { error: reasonNode(reasonOf(result), result.verdict) };
  const known = result.knownFailure;
  if (known === undefined) return { failure: failureNode(result) };
  return { skipped: { '@message': printable(`known failure: ${known.reason} (${known.owner}, until ${known.expires})`) } };
};

const testcase = (result: ResultRecord): XmlNode => ({
  '@classname': printable(result.scenario),
  '@name': `${result.arm}: ${cellOf(result)}`,
  '@time': seconds(result.durationMs),
  ...outcomeOf(result),
});

const countsOf = (cases: readonly XmlNode[]): XmlNode => {
  const having = (name: string): string => String(cases.filter((node) => name in node).length);
  return { '@tests': String(cases.length), '@failures': having('failure'), '@errors': having('error'), '@skipped': having('skipped') };
};

export interface Suite {
  readonly name: string;
  readonly cases: readonly XmlNode[];
  readonly ms: number;
}

/** A document of suites. @param startedAt ISO 8601 */
export const suitesDocument = (name: string, suites: readonly Suite[], ms: number, startedAt: string): XmlNode => ({
  '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
  testsuites: {
    '@name': printable(name),
    ...countsOf(suites.flatMap((suite) => suite.cases)),
    '@time': seconds(ms),
    testsuite: suites.map((suite) => suiteNode(suite, startedAt)),
  },
});

const suiteNode = ({ name, cases, ms }: Suite, timestamp: string): XmlNode => ({
  '@name': printable(name),
  ...countsOf(cases),
  '@time': seconds(ms),
  '@timestamp': timestamp,
  testcase: cases,
});

/** A run that stopped early, a baseline that has rotted and a claim that is contradicted fail the run: they are cases of their own. */
const runSuite = (report: Report): readonly Suite[] => {
  const stopped = report.run.complete
    ? []
    : [
        {
          '@classname': 'run',
          '@name': 'complete',
          '@time': '0.000',
          error: reasonNode('the run was stopped before its end', 'incomplete'),
        },
      ];
  const baseline = (report.baseline ?? []).map(({ entry, problem, message }) => ({
    '@classname': 'baseline',
    '@name': printable(entry),
    '@time': '0.000',
    failure: reasonNode(message, problem),
  }));
  const claims = (report.contradictedClaims ?? []).map(({ claim, because }) => ({
    '@classname': 'claims',
    '@name': printable(claim),
    '@time': '0.000',
    ...(claimsDecide(report)
      ? { failure: reasonNode(because, 'contradicted') }
      : { skipped: { '@message': printable(`a baseline covers it: ${because}`) } }),
  }));
  const cases = [...stopped, ...baseline, ...claims];
  return cases.length === 0 ? [] : [{ name: 'wireproof run', cases, ms: 0 }];
};

const sum = (results: readonly ResultRecord[]): number => results.reduce((total, { durationMs }) => total + durationMs, 0);

/** The document: a suite per scenario, a case per result. */
export const junitDocument = (report: Report): XmlNode => {
  const perScenario = [...grouped(report.results, (result) => result.scenario)].map(([name, results]) => ({
    name,
    cases: results.map(testcase),
    ms: sum(results),
  }));
  const name = `${report.tool.name} ${report.target.name}`;
  return suitesDocument(name, [...runSuite(report), ...perScenario], report.run.durationMs, report.run.startedAt);
};
