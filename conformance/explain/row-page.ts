import { rowTitle, type PageRow } from '#scenarios/kit/page-row';

import type { Account } from './account.ts';
import { placeText } from './account.ts';

/** Where the page of a row stands, from docs/. */
export const pageOfRow = (row: PageRow): string => `rows/${typeof row === 'number' ? `row-${String(row).padStart(2, '0')}` : row}.md`;

/** Text that may hold what Markdown would read as markup. */
const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>|#]/g, String.raw`\$&`);

const cell = (text: string): string => plain(text).replaceAll('\n', ' ');

const fence = (lines: readonly string[]): readonly string[] => [
  '```text',
  ...lines.map((line) => line.replaceAll('```', "'''")),
  '```',
  '',
];

const recordedParts = ({ recorded }: Account): readonly string[] => {
  if (recorded === undefined) return [];
  return [
    `#### Recorded exchange`,
    '',
    `Cell ${plain(recorded.cell)}.`,
    '',
    ...recorded.arms.flatMap(({ arm, deviating, lines }) => [
      `${arm === 'symptom' ? 'With the symptom' : 'With the remedy'}: ${deviating.length === 0 ? 'every check holds' : `deviates in ${deviating.map((id) => `\`${id}\``).join(', ')}`}.`,
      '',
      ...fence(lines),
    ]),
  ];
};

const scenarioParts = (account: Account): readonly string[] => [
  `## ${plain(account.title)}`,
  '',
  `Scenario \`${account.id}\``,
  '',
  ...account.diagnosis.flatMap(([head, text]) => [`**${head}.** ${plain(text)}`, '']),
  '| arm | where it runs |',
  '| --- | --- |',
  ...account.arms.map(([arm, text]) => `| ${arm} | ${cell(text)} |`),
  '',
  '#### What is tested',
  '',
  `${account.cells.count} (caller > upstream):`,
  '',
  ...account.cells.lines.map((line) => `- ${plain(line)}`),
  '',
  '| level | seen by | expectation | judged in |',
  '| --- | --- | --- | --- |',
  ...account.expectations.map(([level, side, id, cells]) => `| ${level} | ${side} | \`${id}\` | ${cells} |`),
  '',
  ...recordedParts(account),
];

const generated = '<!-- Written by npm run docs:matrix from the scenarios and a run of them. -->';

/** The page of one row, with all its scenarios. Markdown before formatting. */
export const rowPage = (row: PageRow, accounts: readonly Account[]): string =>
  [
    `# ${plain(placeText(row))}`,
    '',
    generated,
    '',
    `\`wireproof explain ${row}\` prints the same. All rows: [matrix](../matrix.md).`,
    '',
    ...accounts.flatMap(scenarioParts),
  ].join('\n');

const runsIn = (accounts: readonly Account[], arm: string): string => {
  const texts = accounts.flatMap(({ arms }) => arms.filter(([name]) => name === arm).map(([, text]) => text));
  const running = texts.filter((text) => !/^(?:never|nowhere|nothing)/.test(text)).length;
  return running === texts.length ? 'all' : `${running} of ${texts.length}`;
};

/** All rows in one table. Markdown before formatting. */
export const matrixPage = (rows: readonly (readonly [PageRow, readonly Account[]])[]): string =>
  [
    '# The matrix',
    '',
    generated,
    '',
    'Every row of the troubleshooting page, and every section after it, with the scenarios that reproduce, cure and recognise it. A scenario runs',
    'in the symptom and the remedy arm against the reference proxy, in the conformance arm against any proxy that claims what it needs, and in the',
    'canary arm against live deployments. Where one does not run, the page of its row says why.',
    '',
    '| row | symptom | scenarios | expectations | symptom arm | remedy arm | canary arm |',
    '| --- | --- | --: | --: | --- | --- | --- |',
    ...rows.map(([row, accounts]) => {
      const expectations = accounts.reduce((sum, { expectations: all }) => sum + all.length, 0);
      const arms = ['symptom', 'remedy', 'canary'].map((arm) => runsIn(accounts, arm)).join(' | ');
      return `| [${row}](${pageOfRow(row)}) | ${cell(rowTitle(row))} | ${accounts.length} | ${expectations} | ${arms} |`;
    }),
    '',
  ].join('\n');
