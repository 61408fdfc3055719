import type { SurfaceId } from '#fixtures/exchange';

import type { Explanation } from './explained.ts';
import { explanationOf, type Run } from './judge.ts';
import type { Check, Suite } from './suites/suite.ts';

export interface Evidence {
  /** ISO date. */
  readonly date: string;
  readonly node: string;
  readonly system: string;
  /** Requests that reached the mocked upstreams. */
  readonly answered: number;
  readonly suites: readonly Pick<Suite, 'name' | 'version' | 'licence' | 'about'>[];
  readonly upstreams: readonly SurfaceId[];
  readonly runs: readonly Run[];
  readonly explanations: readonly Explanation[];
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column] ?? '')].map((text) => cell(text).length)),
  );
  const line = (cells: readonly string[]): string => `| ${widths.map((width, at) => cell(cells[at] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
};

const runOf = ({ runs }: Evidence, suite: string, upstream: SurfaceId): Run | undefined =>
  runs.find((run) => run.suite === suite && run.upstream === upstream);

/** The outcome, and the numbers of the explanations of what the check found. */
const resultOf = (check: Check | undefined, run: Run, explanations: readonly Explanation[]): string => {
  if (check === undefined) return 'absent';
  const numbers = check.findings.map((finding) => explanationOf(explanations, { ...run, finding }) + 1);
  const notes = [...new Set(numbers)].sort((a, b) => a - b).map((number) => (number === 0 ? '**unexplained**' : `[${number}]`));
  return [check.outcome, ...notes].join(' ');
};

const suiteTable = (evidence: Evidence, suite: string): readonly string[] => {
  const { upstreams, explanations } = evidence;
  const runs = upstreams.flatMap((upstream) => runOf(evidence, suite, upstream) ?? []);
  const ids = [...new Set(runs.flatMap(({ checks }) => checks.map(({ id }) => id)))];
  const rows = ids.map((id) => [
    `\`${id}\``,
    ...runs.map((run) =>
      resultOf(
        run.checks.find((check) => check.id === id),
        run,
        explanations,
      ),
    ),
  ]);
  return table(['check', ...runs.map(({ upstream }) => upstream)], rows);
};

const totalsOf = ({ suite, upstream, model, seconds, checks }: Run): readonly string[] => {
  const clean = checks.filter(({ findings }) => findings.length === 0).length;
  const found = checks.reduce((sum, { findings }) => sum + findings.length, 0);
  return [suite, upstream, model, String(checks.length), String(clean), String(found), seconds.toFixed(1)];
};

const whoseWords: Readonly<Record<Explanation['whose'], string>> = {
  suite: "the suite's",
  upstream: "the upstream's API",
  scope: 'not served',
  proxy: "the proxy's choice",
};

const explanationText = ({ suite, findings, upstreams, whose, because, documentation }: Explanation, index: number): readonly string[] => [
  `**[${index + 1}]** ${suite}, ${upstreams === 'all' ? 'every upstream' : upstreams.join(', ')} (${whoseWords[whose]}): ${findings.map((id) => `\`${id}\``).join(', ')}`,
  '',
  because.trim().replaceAll(/\s+/g, ' '),
  '',
  `Documentation: ${documentation.map((url) => `<${url}>`).join(', ')}`,
  '',
];

const suiteSection = (evidence: Evidence, { name, version, about }: Evidence['suites'][number]): readonly string[] => [
  `## ${name} ${version}`,
  '',
  `${about[0]?.toUpperCase() ?? ''}${about.slice(1)}.`,
  '',
  ...suiteTable(evidence, name),
  '',
];

/** The whole of docs/evidence/interop.md; every figure in it comes from the run. */
export const documentText = (evidence: Evidence): string => {
  const { date, node, system, answered, suites, runs, explanations } = evidence;
  const lines = [
    "# Other people's suites against the reference proxy",
    '',
    `Written by \`npm run interop -- --write\` on ${date}; the command alone checks it again. Each suite ran as published on npm, unchanged, with`,
    `loopback as its only network, against the reference proxy in its default configuration in front of one mocked upstream after the other.`,
    `The mocked models (\`interop/plays\`) made ${answered} answers, each of which satisfied the wire rules of \`fixtures/wire\`.`,
    '',
    ...table(
      ['', ''],
      [['Node.js', node], ['system', system], ...suites.map(({ name, version, licence }) => [name, `${version} (npm, ${licence})`])],
    ),
    '',
    ...table(['suite', 'upstream', 'model', 'checks', 'without findings', 'findings', 'seconds'], runs.map(totalsOf)),
    '',
    "A result is the suite's own word for it. A number names the explanation below of what the check found; a check without one found nothing.",
    '',
    ...suites.flatMap((suite) => suiteSection(evidence, suite)),
    '## Explained findings',
    '',
    'Kept in `interop/explained.yaml`; one that no longer occurs fails the command.',
    '',
    ...explanations.flatMap(explanationText),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};
