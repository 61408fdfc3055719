import { printable } from '../reporters/printable.ts';
import { columnsOf, wrapped } from '../text-layout.ts';
import type { Account } from './account.ts';
import { placeText } from './account.ts';

const widest = 100;

const recordedLines = ({ recorded }: Account, width: number): readonly string[] => {
  if (recorded === undefined) return [];
  return [
    `Recorded exchange (${recorded.cell})`,
    ...recorded.arms.flatMap(({ arm, deviating, lines }) => [
      `  ${arm}: ${deviating.length === 0 ? 'every check holds' : `deviates in ${deviating.join(', ')}`}`,
      ...lines.flatMap((line) => {
        const [first = '', ...more] = wrapped(printable(line), width - 4, '');
        return [`    ${first}`, ...more.map((rest) => `      ${rest}`)];
      }),
    ]),
    '',
  ];
};

/** One scenario for a terminal of so many columns. The pages in docs/rows say the same. */
export const explainText = (account: Account, columns: number): string => {
  const width = Math.min(widest, columns);
  const paragraph = (head: string, text: string): readonly string[] => [head, ...wrapped(printable(text), width, '  '), ''];
  const armWidth = Math.max(...account.arms.map(([arm]) => arm.length));
  return [
    placeText(account.row),
    account.title,
    `Scenario ${account.id}`,
    '',
    ...account.diagnosis.flatMap(([head, text]) => paragraph(head, text)),
    'Arms',
    ...account.arms.flatMap(([arm, text]) => {
      const [first = '', ...more] = wrapped(printable(text), width - armWidth - 4, '');
      return [`  ${arm.padEnd(armWidth)}  ${first}`, ...more.map((rest) => `${' '.repeat(armWidth + 4)}${rest}`)];
    }),
    '',
    'What is tested',
    `  ${account.cells.count} (caller > upstream):`,
    ...account.cells.lines.flatMap((line) => wrapped(line, width, '    ')),
    '  Expectations (level, whose side shows it, id, where it is judged):',
    ...columnsOf(account.expectations).map((line) => `    ${line}`),
    '',
    ...recordedLines(account, width),
  ].join('\n');
};
