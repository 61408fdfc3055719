import { printable, printableLines } from './printable.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/**
 * One annotation of GitHub Actions (workflow command), ending in a line feed. Control characters of the target's bytes are shown as
 * `\xNN`, so that no answer can smuggle a command of its own into the log.
 */
export const annotation = (level: AnnotationLevel, title: string, message: string): string =>
  `::${level} title=${escapeProperty(printable(title))}::${escapeData(printableLines(message))}\n`;
