import type { Report, ResultRecord } from '../../engine/records.ts';
import { explanationOf, isMatch, type Finding, type Findings } from './findings.ts';
import { cellOf, type ObservedCheck } from './observed-check.ts';

export interface PageAbout {
  readonly target: string;
  /** The package, with its exact version. */
  readonly spec: string;
  readonly findings: Findings;
  readonly report: Report;
  readonly checks: readonly ObservedCheck[];
  /** As YYYY-MM-DD. */
  readonly day: string;
  readonly node: string;
  readonly seed: number;
}

const inCell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map(inCell).join(' | ')} |`),
];

const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`);

/** In code marks that the text itself does not hold. */
const code = (text: string): string => (text === '' ? '' : text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

const failedOnes = (checks: readonly ObservedCheck[]): readonly ObservedCheck[] => checks.filter(({ verdict }) => verdict === 'fail');

const count = (results: readonly ResultRecord[], verdict: string): string => {
  const found = results.filter((result) => result.verdict === verdict).length;
  return found === 0 ? '' : String(found);
};

/** One line per scenario of which something was judged. */
const scenarioTable = ({ report }: PageAbout): readonly string[] => {
  const judged = report.results.filter(({ verdict }) => verdict !== 'unsupported');
  const ids = [...new Set(judged.map(({ scenario }) => scenario))];
  const rows = ids.map((id) => {
    const results = judged.filter(({ scenario }) => scenario === id);
    return [code(id), String(results[0]?.row ?? ''), ...['pass', 'fail', 'inconclusive'].map((verdict) => count(results, verdict))];
  });
  return table(['scenario', 'row', 'cells that pass', 'fail', 'inconclusive'], rows);
};

const unclaimed = ({ report }: PageAbout): string => {
  const judged = new Set(report.results.filter(({ verdict }) => verdict !== 'unsupported').map(({ scenario }) => scenario));
  const left = [...new Set(report.results.map(({ scenario }) => scenario))].filter((id) => !judged.has(id));
  return left.length === 0 ? '' : `Not claimed, so not judged: ${left.map(code).join(', ')}.`;
};

const arrow = { 'caller sent': '>', 'caller received': '<', 'upstream received': '>>', 'upstream sent': '<<' } as const;

/** Checks that look at many steps fail in the same way in each. */
const mostLines = 32;

const transcript = (check: ObservedCheck): readonly string[] => {
  const lines = (check.result.trace ?? [])
    .filter(({ step }) => check.steps.includes(step))
    .slice(0, mostLines)
    .map(({ side, direction, step, what }) => `${arrow[`${side} ${direction}`]} [${step}] ${what.replaceAll(/\s+$/g, '')}`);
  return ['```text', ...(lines.length === 0 ? ['(no trace was kept)'] : lines), '```'];
};

const repeatCommand = ({ target, seed }: PageAbout, check: ObservedCheck): string =>
  `npx wireproof run --target ${target} --scenario ${check.id.split('#')[0] ?? ''} --seed ${seed}`;

const checkRows = (checks: readonly ObservedCheck[]): readonly string[] => {
  const ids = [...new Set(checks.map(({ id }) => id))];
  const rows = ids.map((id) => {
    const same = checks.filter((check) => check.id === id);
    const [first] = same;
    const seen = `expected ${code(shortened(first?.expected ?? '', 160))}, got ${code(shortened(first?.actual ?? '', 240))}`;
    return [code(id), first?.level ?? '', same.map(cellOf).join(', '), seen];
  });
  return table(['check', 'level', 'where it failed', 'the first of them'], rows);
};

const issueLines = ({ issues }: Finding): string =>
  issues.length === 0
    ? 'No public issue was found.'
    : `Public: ${issues.map(({ url, says }) => `[${url.replace(/^https:\/\/github\.com\//, '').replace(/\/(issues|pull)\//, '#')}](${url}) (${says})`).join('; ')}.`;

const findingSection = (finding: Finding, about: PageAbout): readonly string[] => {
  const checks = failedOnes(about.checks).filter((check) => explanationOf(check, about.findings.findings) === finding);
  const [first] = checks;
  if (first === undefined) return [];
  const { shows } = finding;
  const shown = (shows && checks.find((check) => isMatch(check, shows))) ?? first;
  return [
    `<a id="${finding.id}"></a>`,
    '',
    `## ${finding.title}`,
    '',
    `**Expected.** ${finding.expects.trim()}`,
    '',
    `**Consequence.** ${finding.consequence.trim()}`,
    '',
    issueLines(finding),
    '',
    `What was sent and what came, for ${cellOf(shown)}; repeat it with \`${repeatCommand(about, shown)}\`:`,
    '',
    ...transcript(shown),
    '',
    '<details>',
    `<summary>${checks.length} failed checks</summary>`,
    '',
    ...checkRows(checks),
    '',
    '</details>',
    '',
  ];
};

const unexplainedSection = ({ checks, findings }: PageAbout): readonly string[] => {
  const open = failedOnes(checks).filter((check) => explanationOf(check, findings.findings) === undefined);
  return open.length === 0 ? [] : ['## Failed, and not looked into yet', '', ...checkRows(open), ''];
};

/** Expectations that held in every cell in which they were judged. */
const worksSection = ({ checks }: PageAbout): readonly string[] => {
  const ids = [...new Set(checks.map(({ id }) => id))];
  const held = ids.filter((id) => {
    const judged = checks.filter((check) => check.id === id && check.verdict !== 'inconclusive');
    return judged.length > 0 && judged.every(({ verdict }) => verdict === 'pass');
  });
  const scenarios = [...new Set(held.map((id) => id.split('#')[0] ?? ''))];
  const lines = scenarios.map((scenario) => {
    const own = held.filter((id) => id.startsWith(`${scenario}#`)).map((id) => code(id.slice(scenario.length + 1)));
    return `- ${code(scenario)}: ${own.join(', ')}`;
  });
  return lines.length === 0 ? [] : ['## What holds everywhere', '', ...lines, ''];
};

const factTable = ({ target, spec, day, node, report, checks }: PageAbout): readonly string[] => {
  const { pass, fail, inconclusive, unsupported } = report.summary;
  return table(
    ['', ''],
    [
      ['package', `\`${spec}\`, installed as npm resolves it on ${day}, nothing changed`],
      ['Node.js', node],
      ['cells', `${pass} pass, ${fail} fail, ${inconclusive} inconclusive, ${unsupported} not claimed`],
      ['checks', `${checks.filter(({ verdict }) => verdict === 'pass').length} hold, ${failedOnes(checks).length} do not`],
      ['network', 'loopback only: every other connection of the process fails (`targets/start/loopback-only.mjs`)'],
      ['target file', `[\`targets/${target}.yaml\`](../../targets/${target}.yaml)`],
      ['known failures', `[\`targets/baselines/${target}.yaml\`](../../targets/baselines/${target}.yaml)`],
    ],
  );
};

/** `docs/evidence/<target>.md`: generated, so that it cannot say more than a run showed. Prose comes from the findings. */
export const evidencePage = (about: PageAbout): string =>
  [
    `# ${about.findings.title}`,
    '',
    about.findings.about.trim(),
    '',
    `Written by \`npm run docs:evidence -- ${about.target}\`, which runs the suite against the package, shows what went over the wire, and writes the`,
    `known failures beside it. To judge the package without writing anything: \`npx wireproof run --target ${about.target} --baseline targets/baselines/${about.target}.yaml\`.`,
    '',
    ...factTable(about),
    '',
    'In the transcripts `>` is what the caller sent, `>>` what reached the mocked upstream, `<<` what that sent, `<` what the caller got. Ids and dates',
    'differ between runs; the rest does not. Long bodies are cut.',
    '',
    '## Judged',
    '',
    ...scenarioTable(about),
    '',
    unclaimed(about),
    '',
    ...about.findings.findings.flatMap((finding) => findingSection(finding, about)),
    ...unexplainedSection(about),
    ...worksSection(about),
    ...(about.findings.also === undefined ? [] : [about.findings.also.trim(), '']),
  ].join('\n');
