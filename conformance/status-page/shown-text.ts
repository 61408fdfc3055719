/** Text of the history as it may stand on a page. All of it can come from a target; preact escapes it, this makes it legible and bounded. */
import { printable, printableLines, shortened } from '../reporters/printable.ts';

const longestLine = 300;
const longestBlock = 4_000;

/** One line: names, titles, reasons. Control and direction characters become visible. */
export const shownLine = (text: string): string => shortened(printable(text.slice(0, 2 * longestLine)), longestLine);

/** Several lines: what was expected, what came, evidence. */
export const shownBlock = (text: string): string => shortened(printableLines(text.slice(0, 2 * longestBlock)), longestBlock);
