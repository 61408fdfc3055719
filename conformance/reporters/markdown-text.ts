import { escapeMarkupLines } from './markup.ts';
import { printable, shortened } from './printable.ts';

/** Everything that Markdown, its tables, mentions, formulas or autolinks could take for something else. */
const meaningful = /[^\p{L}\p{M}\p{N} ,./-]/gu;

const entity = (character: string): string => `&#${character.codePointAt(0) ?? 0};`;

/** One line for Markdown, in which nothing is markup. References to characters are always taken as text. */
export const plainMarkdown = (text: string): string =>
  printable(text)
    .replaceAll(meaningful, entity)
    .replaceAll(/www\./gi, (www) => www.replace('.', '&#46;'));

const longestBlock = 8_000;
/** Half a command is of no use. */
export const longestCommands = 40_000;

/** Lines as they are: in a `pre` element only its end means something, and that cannot occur. */
export const block = (lines: readonly string[], longest = longestBlock): string =>
  `<pre>\n${escapeMarkupLines(shortened(lines.join('\n'), longest))}\n</pre>`;

/** A closed part that opens at a click. Blank lines make what is inside Markdown again. */
export const folded = (title: string, inside: readonly string[]): readonly string[] => [
  `<details><summary>${plainMarkdown(title)}</summary>`,
  '',
  ...inside,
  '',
  '</details>',
  '',
];

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.map(plainMarkdown).join(' | ')} |`,
  `|${head.map(() => ' --- |').join('')}`,
  ...rows.map((row) => `| ${row.map(plainMarkdown).join(' | ')} |`),
  '',
];
